import type { Actor, Principal, Run } from '../domain/model.ts';
import type { Action, Press } from '../domain/ports.ts';
import { isOneOf, principalText } from '../domain/principal.ts';
import type { Runbook } from '../runbooks/load.ts';
import type { Parts } from './parts.ts';

const ANYONE: readonly Principal[] = [{ platform: '*', kind: 'anyone', id: '*' }];

export type Permission = ReturnType<typeof createPermission>;

/** Who may press what: RESPONDERS_<ACTION>, or else RESPONDERS; and for a runbook its own `allow` beside it. */
export function createPermission({ settings, groups, log }: Parts) {
  /** Why this actor may not; undefined: they may. Identity comes from what the platform signed, never from the button. */
  async function whyNot(action: Action, press: Press, runs: readonly Run[]): Promise<string | undefined> {
    const { responders } = settings();
    if (action.name === 'why' && !responders.has('why')) return undefined; // it is told to one person and changes nothing
    const runbook = runbookOf(action, press, runs);
    if (runbook !== undefined && press.actor.platform === 'link')
      return 'A link cannot start or stop a runbook: do it in the console, or in a chat with buttons.';
    return (await notResponder(press.actor, action.name)) ?? (runbook && (await notAllowed(press.actor, runbook)));
  }

  /** Asked again just before it runs: true, or why not. */
  async function mayStill(run: Run, runbook: Runbook): Promise<true | string> {
    return (await notResponder(run.by, 'run')) ?? (await notAllowed(run.by, runbook)) ?? true;
  }

  async function notResponder(actor: Actor, action: string): Promise<string | undefined> {
    return notOneOf(actor, respondersOf(action), `may ${action.replaceAll('-', ' ')}`);
  }

  /** Whether a signed link may do it, whoever opens it: what everybody may, but no runbook. */
  function isOpen(action: string): boolean {
    const isRunbooks = action === 'run' || action === 'cancel';
    return !isRunbooks && respondersOf(action).some(({ kind }) => kind === 'anyone');
  }

  function respondersOf(action: string): readonly Principal[] {
    const { responders } = settings();
    return responders.get(action) ?? responders.get('*') ?? ANYONE;
  }

  const notAllowed = (actor: Actor, { allow, label }: Runbook) => notOneOf(actor, allow, `may run ${label}`);

  function runbookOf(action: Action, press: Press, runs: readonly Run[]): Runbook | undefined {
    const name =
      action.name === 'run'
        ? press.argument
        : action.name === 'cancel'
          ? runs.find((run) => run.id === press.argument)?.runbook
          : undefined;
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
      return `${refused} Your groups cannot be looked up right now; try again in a minute.`;
    }
  }

  return { whyNot, mayStill, isOpen };
}
