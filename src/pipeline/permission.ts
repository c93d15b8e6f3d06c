import { notAnother } from '../actions/approve.ts';
import { OPEN } from '../actions/index.ts';
import { isAnotherPerson } from '../domain/another-person.ts';
import { DeliveryError } from '../domain/errors.ts';
import { type Actor, OF_A_RUN, type Principal, type Run } from '../domain/model.ts';
import type { Action, Press } from '../domain/ports.ts';
import { isOneOf, principalText } from '../domain/principal.ts';
import { isSameActor } from '../incidents/ownership.ts';
import type { Runbook } from '../runbooks/load.ts';
import type { Parts } from './parts.ts';

const ANYONE: readonly Principal[] = [{ platform: '*', kind: 'anyone', id: '*' }];

/** What changes nothing, in words: it tells of routes and channels, so it is for who may press, too. */
const ASKING: ReadonlyMap<string, string> = new Map([
  ['why', 'ask why it came'],
  [OPEN, 'ask what is open'],
]);

export type Permission = ReturnType<typeof createPermission>;

/** Who may press what: RESPONDERS_<ACTION>, or else RESPONDERS; and for a runbook its own `allow` beside it. */
export function createPermission({ settings, groups, log }: Parts) {
  /** Why this actor may not; undefined: they may. Identity comes from what the platform signed, never from the button. */
  async function whyNot(action: Action, press: Press, runs: readonly Run[]): Promise<string | undefined> {
    const run = runs.find(({ id }) => id === press.argument);
    const runbook = runbookOf(action, press, run);
    if (runbook !== undefined && press.actor.platform === 'link')
      return 'A link cannot start, stop or approve a runbook: do it in the console, or in a chat with buttons.';
    if (action.name === 'approve' && run !== undefined) {
      const refused = notCounting(press.actor, run);
      if (refused !== undefined) return refused;
    }
    const isOwn = action.name === 'cancel' && run !== undefined && isSameActor(run.by, press.actor);
    return (
      (await notResponder(press.actor, action.name)) ??
      (runbook && !isOwn ? await notAllowed(press.actor, runbook) : undefined)
    );
  }

  /** Asked again just before it runs: true, or why not. Nobody's leave is needed for what runs by itself. */
  async function mayStill(run: Run, runbook: Runbook): Promise<true | string> {
    if (run.on !== undefined) return true;
    const refused = (await notResponder(run.by, 'run')) ?? (await notAllowed(run.by, runbook));
    if (refused !== undefined) return `${run.by.name} asked for it. ${refused}`;
    const agreed = run.approvedBy ?? [];
    for (const [index, { by }] of agreed.entries()) {
      const others = [run.by, ...agreed.slice(0, index).map((earlier) => earlier.by)];
      const same = others.find((other) => !isAnotherPerson(by, other, settings().people));
      const not =
        (same && notAnother(by, same, run, settings().people)) ??
        (await notResponder(by, 'approve')) ??
        (await notAllowed(by, runbook));
      if (not !== undefined) return `${by.name} agreed to it. ${not}`;
    }
    return agreed.length >= run.approvals || 'others have not agreed to it';
  }

  /** Why it would not be another person who agrees; who has agreed already is told so later. */
  function notCounting(actor: Actor, run: Run): string | undefined {
    if (actor.platform === 'console')
      return `Whoever has the console’s token may be anybody: approve ${run.label} in a chat channel.`;
    const { people } = settings();
    return isAnotherPerson(actor, run.by, people) ? undefined : notAnother(actor, run.by, run, people);
  }

  /** Why this actor may not press this action, whatever it is about; undefined: they may. */
  async function notResponder(actor: Actor, action: string): Promise<string | undefined> {
    return notOneOf(actor, respondersOf(action), `may ${ASKING.get(action) ?? action.replaceAll('-', ' ')}`);
  }

  /**
   * Why this actor is not told what is open. It names incidents of channels that they may not be in, so where an admin said who may
   * press, nobody else is told, unless RESPONDERS_OPEN says so.
   */
  const notAsking = (actor: Actor): Promise<string | undefined> => notResponder(actor, OPEN);

  /** Whether a signed link may do it, whoever opens it: what everybody may, but no runbook. */
  function isOpen(action: string): boolean {
    const isRunbooks = action === 'run' || OF_A_RUN.includes(action);
    return !isRunbooks && respondersOf(action).some(({ kind }) => kind === 'anyone');
  }

  function respondersOf(action: string): readonly Principal[] {
    const { responders } = settings();
    return responders.get(action) ?? responders.get('*') ?? ANYONE;
  }

  const notAllowed = (actor: Actor, { allow, label }: Runbook) => notOneOf(actor, allow, `may run ${label}`);

  function runbookOf(action: Action, press: Press, run: Run | undefined): Runbook | undefined {
    const name = action.name === 'run' ? press.argument : OF_A_RUN.includes(action.name) ? run?.runbook : undefined;
    return settings().runbooks.find((runbook) => runbook.name === name);
  }

  async function notOneOf(actor: Actor, allowed: readonly Principal[], may: string): Promise<string | undefined> {
    const { people } = settings();
    if (isOneOf(actor, actor.groups ?? [], allowed, people)) return undefined;
    const list = allowed.map(principalText).join(', ') || 'nobody';
    const refused = `Only ${list} ${may}.`;
    if (!allowed.some((principal) => principal.kind === 'group' || principal.platform === 'person')) return refused;
    try {
      return isOneOf(actor, [...(actor.groups ?? []), ...(await groups(actor))], allowed, people) ? undefined : refused;
    } catch (cause) {
      log.warn({ err: cause, platform: actor.platform }, 'groups of an actor cannot be had: refused');
      return `${refused} ${isForAnAdmin(cause) ? 'Who is in a group cannot be looked up until an admin mends it: the log says how.' : 'Your groups cannot be looked up right now; try again in a minute.'}`;
    }
  }

  return { whyNot, mayStill, notResponder, notAsking, isOpen };
}

/** Whoever pressed would try again and again. */
const isForAnAdmin = (cause: unknown): boolean =>
  cause instanceof DeliveryError && (cause.failure.reason === 'misconfigured' || cause.failure.reason === 'forbidden');
