import { isAnotherPerson, isSamePerson } from '../domain/another-person.ts';
import { type Actor, BRIDGE, type Run } from '../domain/model.ts';
import type { Action, Decision, Press, Scene } from '../domain/ports.ts';
import type { People } from '../domain/principal.ts';
import { runStateText } from '../domain/run-state.ts';
import { invalidInput } from './refusals.ts';

/** Somebody else agrees to a run that waits for it. Who may is asked before; who is another person is asked here too. */
export const approve: Action = {
  name: 'approve',
  offers: ({ incident, runs, reader }) =>
    incident.status === 'resolved' || reader?.platform === 'console' // there nobody is anybody in particular
      ? {}
      : {
          card: runs
            .filter(({ state }) => state === 'waiting')
            .map(({ id, label }) => ({
              action: 'approve',
              argument: id,
              label: `Approve ${label}`,
              style: 'primary',
            })),
        },
  decide(scene, press, at): Decision {
    if (press.argument === undefined) return invalidInput('Say which run to approve.', 'argument');
    const run = scene.runs.find(({ id }) => id === press.argument);
    if (run === undefined)
      return { kind: 'refused', code: 'not_found', text: 'There is no such run of this incident.' };
    const refused = whyNot(scene, run, press, at.now);
    if (refused !== undefined) return refused;

    const approvedBy = [...(run.approvedBy ?? []), { by: press.actor, at: at.now }];
    const left = run.approvals - approvedBy.length;
    const missing = left > 0 ? `, ${left} more must agree` : '';
    const agreed: Run = { ...run, approvedBy, state: left > 0 ? 'waiting' : 'queued' };
    const text = `approved ${run.label}, which ${run.by.name} asked for${missing}`;
    return {
      kind: 'change',
      change: {
        incident: scene.incident,
        timeline: [{ at: at.now, kind: 'run', actor: press.actor, text, tell: 'thread' }],
        runs: [agreed],
      },
      text: left > 0 ? `You agreed to ${run.label}${missing}.` : `You agreed to ${run.label}: it was started.`,
    };
  },
};

function whyNot(
  { incident, runbooks, people = new Map() }: Scene,
  run: Run,
  { actor }: Press,
  now: number,
): Decision | undefined {
  const before = run.approvedBy ?? [];
  const mine = before.find(({ by }) => by.platform === actor.platform && by.id === actor.id);
  if (mine !== undefined) return late(`You have agreed to ${run.label} already.`, mine.by, mine.at);
  if (run.state !== 'waiting') {
    const last = before.at(-1);
    const isAgreed = run.cancelledBy === undefined && before.length > 0 && before.length >= run.approvals;
    return late(
      isAgreed
        ? `${run.label} was agreed to already.`
        : `${run.label} does not wait for anybody: ${runStateText(run.state)}.`,
      run.cancelledBy ?? last?.by ?? run.by,
      run.cancelledAt ?? last?.at ?? run.requestedAt,
    );
  }
  if (incident.status === 'resolved') {
    return late(
      `This incident is resolved, so ${run.label} is not run.`,
      incident.resolvedBy ?? BRIDGE,
      incident.resolvedAt ?? now,
    );
  }
  if (run.approveUntil !== undefined && now >= run.approveUntil)
    return late(`Nobody may agree to ${run.label} any more: its time is over.`, BRIDGE, run.approveUntil);
  if (runbooks.find(({ name }) => name === run.runbook)?.digest !== run.digest) {
    const text = `${run.label} was changed after ${run.by.name} asked for it: what was asked for is there no more. Ask again.`;
    return { kind: 'refused', code: 'too_late', text };
  }
  const same = [run.by, ...before.map(({ by }) => by)].find((other) => !isAnotherPerson(actor, other, people));
  return same && { kind: 'refused', code: 'not_allowed', text: notAnother(actor, same, run, people) };
}

/** Why this actor does not count beside that one, as a sentence with the cure. */
export function notAnother(actor: Actor, same: Actor, { label }: Pick<Run, 'label'>, people: People): string {
  if (same.platform === 'console')
    return `${label} was asked for in the console, where anybody may be: ask for it yourself.`;
  return actor.platform === same.platform || isSamePerson(actor, same, people)
    ? `Another person than ${same.name} must agree to ${label}.`
    : `Nothing says that you are another person than ${same.name}, who acted in ${same.platform}: an admin maps both of you with PERSON_….`;
}

function late(text: string, by: Actor, at: number): Decision {
  return { kind: 'refused', code: 'too_late', text, by, at };
}
