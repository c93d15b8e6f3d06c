import { type Fault, faultText } from '../domain/errors.ts';
import type { Io } from './command.ts';

/** Faults as the answer of a command. */
export function printFaults(faults: readonly Fault[], json: boolean, io: Io): void {
  if (json) io.print(JSON.stringify({ faults }, undefined, 2));
  else
    io.print([...faults.map(faultText), '', `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`].join('\n'));
}
