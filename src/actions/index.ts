import type { Button } from '../domain/model.ts';
import type { Action, Scene } from '../domain/ports.ts';
import { acknowledge } from './acknowledge.ts';
import { approve } from './approve.ts';
import { assign } from './assign.ts';
import { cancel } from './cancel.ts';
import { note } from './note.ts';
import { reopen } from './reopen.ts';
import { resolve } from './resolve.ts';
import { run } from './run.ts';
import { silence } from './silence.ts';
import { snooze } from './snooze.ts';
import { takeOver } from './take-over.ts';
import { unacknowledge } from './unacknowledge.ts';
import { why } from './why.ts';

/** Every verb, in the order in which the card shows them. */
export const actions: readonly Action[] = [
  acknowledge,
  takeOver,
  run,
  resolve,
  reopen,
  snooze,
  assign,
  silence,
  note,
  why,
  unacknowledge,
  approve,
  cancel,
];

/** Asking what is open: about no incident, so it is no action, but RESPONDERS_OPEN says who may. */
export const OPEN = 'open';

/** What RESPONDERS_<NAME> may name. */
export const permitted: readonly string[] = [...actions.map(({ name }) => name), OPEN];

const byName: ReadonlyMap<string, Action> = new Map(actions.map((action) => [action.name, action]));

export function actionNamed(name: string): Action | undefined {
  return byName.get(name);
}

/** What the card of this incident offers: buttons in sight, and its menu. */
export function offersOf(scene: Scene): { readonly buttons: readonly Button[]; readonly more: readonly Button[] } {
  const offers = actions.map((action) => action.offers(scene));
  return {
    buttons: offers.flatMap((offer) => offer.card ?? []),
    more: offers.flatMap((offer) => offer.menu ?? []),
  };
}
