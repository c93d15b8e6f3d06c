import type { ActionStyle, Execute, PressData } from './elements.ts';

/** How a button looks. */
export interface Look {
  readonly title: string;
  readonly style?: ActionStyle;
}

/** What a press sends to the bot: `Action.Execute`, or `Action.Submit` from clients that do not know it. */
export function executeAction(look: Look, data: PressData, associatedInputs: 'auto' | 'none'): Execute {
  const sent = { ...look, data, associatedInputs };
  return { type: 'Action.Execute', verb: 'press', ...sent, fallback: { type: 'Action.Submit', ...sent } };
}
