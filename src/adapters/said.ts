import type { Card, Tone } from '../domain/model.ts';

/** What every platform must be given a text for: blank is refused by some, and shows as nothing on the others. */
export const stateOf = ({ state, tone }: Card): string => (state.trim() === '' ? tone : state);
export const titleOf = ({ title, incident }: Card): string => (title.trim() === '' ? incident : title);
export const noticeOf = (card: Card): string => (card.notice.trim() === '' ? titleOf(card) : card.notice);

/** The console's hues, as light as the backgrounds of Slack and Discord take, dark or light. */
export const HUES: Readonly<Record<Tone, string>> = {
  critical: '#e04542',
  error: '#e04542',
  warning: '#c68525',
  info: '#4b84db',
  acknowledged: '#906dd5',
  resolved: '#3fa469',
};

/** Says that something was cut, and where it is. */
export const cutWords = (where: 'thread' | 'console'): string => `cut; the rest is in the ${where}`;
