import type { ActionsBlock, ActionsBlockElement, Button as SlackButton } from '@slack/types';
import { cut } from '../../domain/cut.ts';
import type { Button, Card } from '../../domain/model.ts';
import { pressId } from '../../domain/press-id.ts';
import { LIMITS } from './limits.ts';
import { jsonOf, type Room } from './room.ts';
import { plain } from './text.ts';

/** The id of each element begins so; which press it is stands in its value, or in that of the chosen option. */
export const PRESS = 'press.';

const SIGHT_CHARACTERS = 2_500; // buttons in sight beyond it move to the menu
const TEXT_CHARACTERS = 1_500; // kept free of the menu, for the facts
const MOST_IN_SIGHT = LIMITS.actionElements - 1; // the menu is one

/** The buttons in sight and the menu, in one row; undefined where there are none. */
export function actionsOf(card: Card, room: Room): ActionsBlock | undefined {
  const known = new Set<string>();
  const named = (button: Button): readonly Named[] => {
    const id = pressId(card.incident, button);
    if (id === undefined) room.leaveOut(button.label);
    if (id === undefined || known.has(id)) return [];
    known.add(id);
    return [{ ...button, id, label: labelOf(button, room) }];
  };
  const buttons = card.buttons.flatMap(named);
  const more = card.more.flatMap(named);
  if (buttons.length + more.length === 0) return undefined;

  room.take(rowOf(card, []));
  const sight = fitting(buttons.slice(0, MOST_IN_SIGHT), SIGHT_CHARACTERS, buttonOf);
  for (const button of sight) room.take(button);
  const menu = menuOf([...buttons.slice(sight.length), ...more], room);
  return rowOf(card, menu === undefined ? sight : [...sight, menu]);
}

type Named = Button & { readonly id: string };
type Option = ReturnType<typeof optionOf>;

/** Slack keeps what is chosen in a menu for as long as the ids stay: with each revision of the incident it begins anew. */
const rowOf = (card: Card, elements: readonly ActionsBlockElement[]): ActionsBlock => ({
  type: 'actions',
  block_id: `${PRESS}${card.revision}`,
  elements: [...elements],
});

function buttonOf({ id, label, style }: Named, index: number): SlackButton {
  return {
    type: 'button',
    action_id: `${PRESS}${index}`,
    text: plain(label),
    value: id,
    ...(style === 'primary' || style === 'danger' ? { style } : {}),
  };
}

const optionOf = ({ id, label }: Named) => ({ text: plain(label), value: id });

function menuOf(entries: readonly Named[], room: Room): ActionsBlockElement | undefined {
  if (entries.length === 0) return undefined;
  room.take(selectOf([]));
  const options = fitting(entries.slice(0, LIMITS.options), room.left - TEXT_CHARACTERS, optionOf);
  for (const option of options) room.take(option);
  for (const { label } of entries.slice(options.length)) room.leaveOut(label);
  if (options.length === 0) return undefined;
  // An overflow menu remembers no choice, so it is the better one as long as it has room.
  return options.length < LIMITS.overflowLeast || options.length > LIMITS.overflow
    ? selectOf(options)
    : { type: 'overflow', action_id: `${PRESS}more`, options };
}

const selectOf = (options: Option[]): ActionsBlockElement => ({
  type: 'static_select',
  action_id: `${PRESS}more`,
  placeholder: plain('More'),
  options,
});

function labelOf({ label, action }: Button, room: Room): string {
  const kept = cut(label, LIMITS.label);
  if (kept !== label) room.leaveOut(label);
  return kept.trim() === '' ? action : kept;
}

/** As many from the front as fit. */
function fitting<T extends object>(
  all: readonly Named[],
  most: number,
  make: (button: Named, index: number) => T,
): T[] {
  const made: T[] = [];
  let left = most;
  for (const [index, button] of all.entries()) {
    const one = make(button, index);
    left -= jsonOf(one);
    if (left < 0) break;
    made.push(one);
  }
  return made;
}
