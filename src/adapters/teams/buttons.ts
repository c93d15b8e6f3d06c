import type { Button, Card } from '../../domain/model.ts';
import { actionOf, type Links } from './actions.ts';
import type { Action, ActionSet, Container, ToggleVisibility } from './elements.ts';
import { type Limits, MAX_ACTIONS } from './limits.ts';
import { lineOf } from './text.ts';

export interface Buttons {
  readonly actions: readonly Action[]; // in sight
  readonly menu: readonly Container[]; // none, or the one that More opens
  readonly cut: readonly string[]; // the whole labels of what was cut, or has no place
}

/**
 * What finds no place in sight moves to the menu, which is cut from its end. The menu is a part of the card that More shows and hides,
 * as the platform's own overflow menu opens no forms (limits.ts).
 */
export function buttonsOf({ buttons, more, incident }: Card, limits: Limits, links?: Links): Buttons {
  const cut: string[] = [];
  const actionsOf = (offered: readonly Button[]): readonly Action[] =>
    offered.flatMap((button) => {
      const action = actionOf(button, incident, limits, links);
      if (action?.title !== lineOf(button.label)) cut.push(button.label);
      return action ?? [];
    });
  const [sight, hidden] = [actionsOf(buttons), actionsOf(more)];
  const room = hidden.length === 0 && sight.length <= MAX_ACTIONS ? MAX_ACTIONS : MAX_ACTIONS - 1;
  const { rows, left } = rowsOf([...sight.slice(room), ...hidden], limits);
  return {
    actions: [...sight.slice(0, room), ...(rows.length === 0 ? [] : [MORE])],
    menu: rows.length === 0 ? [] : [{ type: 'Container', id: MENU, isVisible: false, items: rows }],
    cut: [...cut, ...left],
  };
}

const MENU = 'menu';
const MORE: ToggleVisibility = { type: 'Action.ToggleVisibility', title: 'More', targetElements: [MENU] };
const MENU_SHARE = 1 / 4; // of a message

/** `left`: the titles of those that found no room. */
function rowsOf(
  actions: readonly Action[],
  { most, size }: Limits,
): { readonly rows: readonly ActionSet[]; readonly left: readonly string[] } {
  const kept: Action[] = [];
  let room = most * MENU_SHARE;
  for (const action of actions) {
    room -= size(JSON.stringify(action));
    if (room < 0) break;
    kept.push(action);
  }
  const rows = Array.from(
    { length: Math.ceil(kept.length / MAX_ACTIONS) },
    (_, row): ActionSet => ({
      type: 'ActionSet',
      actions: kept.slice(row * MAX_ACTIONS, (row + 1) * MAX_ACTIONS),
    }),
  );
  return { rows, left: actions.slice(kept.length).map(({ title }) => title) };
}
