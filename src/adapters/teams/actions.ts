import { cut } from '../../domain/cut.ts';
import type { Button } from '../../domain/model.ts';
import { pressId } from '../../domain/press-id.ts';
import { literalCost } from './costs.ts';
import type { Action, ActionStyle, Execute, ShowCard } from './elements.ts';
import { executeAction, type Look } from './execute.ts';
import { formCard } from './form.ts';
import type { Limits } from './limits.ts';
import { lineOf } from './text.ts';

/** Where a button leads where no bot stands behind the card to be pressed. */
export type Links = (button: Button) => string | undefined;

/** Undefined where its press cannot be written, where it leads nowhere, or where it would be larger than a button may be. */
export function actionOf(button: Button, incident: string, limits: Limits, links?: Links): Action | undefined {
  const look = {
    title: lineOf(cut(button.label, MAX_LABEL, (piece) => literalCost(piece, limits))),
    ...styleOf(button),
  };
  const fits = (action: Action | undefined) => limits.size(JSON.stringify(action ?? '')) <= limits.most * BUTTON_SHARE;
  const actionFor = (one: Button) =>
    links ? linkAction(links(one), look) : pressAction(one, pressId(incident, one), look);
  const action = actionFor(button);
  if (fits(action)) return action;
  const { about: _, ...without } = button; // better pressed without it than not at all
  const bare = actionFor(without);
  return fits(bare) ? bare : undefined;
}

const MAX_LABEL = 300;
const BUTTON_SHARE = 1 / 16; // of a message: six in sight leave most of it to the words

function linkAction(url: string | undefined, look: Look): Action | undefined {
  return url === undefined ? undefined : { type: 'Action.OpenUrl', ...look, url };
}

function pressAction(button: Button, press: string | undefined, look: Look): Execute | ShowCard | undefined {
  if (press === undefined) return undefined;
  const asks = button.confirm !== undefined || (button.asks ?? []).length > 0;
  return asks
    ? { type: 'Action.ShowCard', ...look, card: formCard(button, press, look) }
    : executeAction(look, { press }, 'none');
}

function styleOf({ style }: Button): { readonly style?: ActionStyle } {
  if (style === 'primary') return { style: 'positive' };
  return style === 'danger' ? { style: 'destructive' } : {};
}
