import { createHash } from 'node:crypto';
import { cut } from '../domain/cut.ts';
import type { Actor, Run, Texts } from '../domain/model.ts';
import type { AuditEntry, Decision, Press } from '../domain/ports.ts';

const MAX_WHAT = 200; // an argument may be anything that a program sent

/** A press that was done, or refused because they may not. `inputs`: of the run that it is about, else those that were given. */
export function pressEntry(press: Press, outcome: string, at: number, inputs?: Texts): AuditEntry {
  const { actor, action, argument } = press;
  const given = inputs ?? press.inputs;
  return {
    at,
    actor,
    what: cut([action, ...(argument === undefined ? [] : [argument])].join(' '), MAX_WHAT),
    ...(given !== undefined && { digest: inputsDigest(given) }),
    outcome,
  };
}

export function doneEntry(press: Press, decision: Decision & { readonly kind: 'change' }, at: number): AuditEntry {
  const [run] = decision.change.runs ?? [];
  return pressEntry(press, decision.run === undefined ? 'done' : `${run?.state} ${decision.run}`, at, run?.inputs);
}

/** A step of a run: `began`, `ended`, `started` by itself. */
export function runEntry(step: string, run: Run, outcome: string, at: number, actor = runbookOf(run)): AuditEntry {
  return { at, actor, what: `${step} ${run.id}`, digest: inputsDigest(run.inputs), outcome };
}

export const runbookOf = ({ runbook, label }: Pick<Run, 'runbook' | 'label'>): Actor => ({
  platform: 'runbook',
  id: runbook,
  name: label,
});

/** The same for the same inputs, in whatever order they came. */
export function inputsDigest(inputs: Texts): string {
  const sorted = Object.entries(inputs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}
