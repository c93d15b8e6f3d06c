import type { Fault } from '../domain/errors.ts';
import type { Io } from './command.ts';

/** Faults as the answer of a command. */
export function printFaults(faults: readonly Fault[], json: boolean, io: Io): void {
  if (json) io.print(JSON.stringify({ faults }, undefined, 2));
  else
    io.print([...faults.map(faultText), '', `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`].join('\n'));
}

/** The place and what is wrong, the line with its caret, and the cure. */
export function faultText({ place, message, cure, excerpt }: Fault): string {
  const shown = excerpt === undefined ? [] : excerpt.split('\n').map((line) => `    ${line}`);
  return [`${place}: ${message}`, ...shown, `    cure: ${cure}`].join('\n');
}
