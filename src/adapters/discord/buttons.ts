import { cut } from '../../domain/cut.ts';
import type { Button, Card } from '../../domain/model.ts';
import { pressId } from '../../domain/press-id.ts';
import { visible } from '../../domain/visible.ts';
import { LIMITS } from './limits.ts';
import { ACTION_ROW, type ActionRow, BUTTON, type ButtonComponent, STRING_SELECT } from './message.ts';
import type { Room } from './room.ts';
import { shown } from './text.ts';

/** Rows of buttons in sight, and one of the menu. Labels are plain text to Discord. */
export function actionRows(card: Card, room: Room): readonly ActionRow[] {
  const named = new Set<string>();
  const name = (button: Button): Named[] => {
    const id = pressId(card.incident, button);
    if (id === undefined) room.leaveOut(button.label);
    if (id === undefined || named.has(id)) return [];
    named.add(id);
    return [{ id, button }];
  };
  const sight = card.buttons.flatMap(name);
  const more = card.more.flatMap(name);
  const hasMenu = more.length > 0 || sight.length > LIMITS.rows * LIMITS.buttonsInRow;
  const most = (hasMenu ? LIMITS.rows - 1 : LIMITS.rows) * LIMITS.buttonsInRow;
  return [...buttonRows(sight.slice(0, most), room), ...menuRow(menuId(card), [...sight.slice(most), ...more], room)];
}

/** What the menu itself is called: no press has such a name. Discord forgets what was chosen in it when it is called another. */
const menuId = ({ revision }: Card): string => `more-${revision}`;

interface Named {
  readonly id: string;
  readonly button: Button;
}

// https://docs.discord.com/developers/components/reference#button-button-styles
const STYLES = { primary: 1, danger: 4, run: 2 } as const;
const SECONDARY = 2;

function buttonRows(buttons: readonly Named[], room: Room): ActionRow[] {
  const rows: ButtonComponent[][] = [];
  for (const { id, button } of buttons) {
    const component: ButtonComponent = {
      type: BUTTON,
      style: button.style === undefined ? SECONDARY : STYLES[button.style],
      label: labelOf(button, LIMITS.buttonLabel, room),
      custom_id: id,
    };
    const last = rows.at(-1);
    if (last === undefined || last.length === LIMITS.buttonsInRow) rows.push([component]);
    else last.push(component);
  }
  return rows.map((components) => ({ type: ACTION_ROW, components }));
}

function menuRow(id: string, entries: readonly Named[], room: Room): ActionRow[] {
  if (entries.length === 0) return [];
  const options = entries.slice(0, LIMITS.options).map((entry) => ({
    label: labelOf(entry.button, LIMITS.optionLabel, room),
    value: entry.id,
  }));
  for (const { button } of entries.slice(LIMITS.options)) room.leaveOut(button.label);
  const menu = { type: STRING_SELECT, custom_id: id, placeholder: 'More', options } as const;
  return [{ type: ACTION_ROW, components: [menu] }];
}

function labelOf({ label }: Button, most: number, room: Room): string {
  const kept = cut(label, most);
  if (kept !== label) room.leaveOut(label);
  return shown(visible(kept));
}
