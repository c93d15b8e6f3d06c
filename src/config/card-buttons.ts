import { actions } from '../actions/index.ts';
import type { Fault } from '../domain/errors.ts';
import { nearest } from '../domain/nearest.ts';

/** A name in a card's `buttons:`. */
export interface NamedButton {
  readonly name: string;
  readonly place: string;
}

const ACTIONS = actions.map(({ name }) => name);

/** Buttons that no card can have: they would be left out without a word. */
export function unknownButtons(buttons: readonly NamedButton[]): readonly Fault[] {
  return buttons.flatMap(({ name, place }) => {
    const [action = ''] = name.split(':', 1);
    if (ACTIONS.includes(action)) return [];
    const near = nearest(action, ACTIONS);
    const cure = near === undefined ? `Write one of ${ACTIONS.join(', ')}.` : `Did you mean ${near}?`;
    return [{ place, message: `There is no button "${name}".`, cure }];
  });
}

/** Those of runbooks that are not there, or not yet. */
export function absentRunbooks(buttons: readonly NamedButton[], runbooks: readonly string[]): readonly Fault[] {
  return buttons.flatMap(({ name, place }) => {
    const runbook = /^run:(.*)$/.exec(name)?.[1];
    if (runbook === undefined || runbooks.includes(runbook)) return [];
    const near = nearest(runbook, runbooks);
    const cure = `${near === undefined ? '' : `did you mean ${near}? `}write that file, or take the button out`;
    return [{ place, message: `there is no templates/runbooks/${runbook}.md, so no card has this button`, cure }];
  });
}
