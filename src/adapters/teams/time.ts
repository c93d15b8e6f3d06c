import type { Span } from '../../domain/model.ts';

/**
 * A time in its reader's zone and words: https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features#datetime-formatting-and-localization
 * Nothing there counts an age on, so what is young is told by the clock. `now`: when the card was drawn.
 */
export function timeText({ at, style }: Extract<Span, { kind: 'time' }>, now: number): string {
  const moment = new Date(at).toISOString().replace(/\.\d+/, '');
  if (!/^\d{4}-/.test(moment)) return moment; // the macros know the years 0 to 9999
  const date = `{{DATE(${moment},SHORT)}}`;
  const clock = `{{TIME(${moment})}}`;
  switch (style) {
    case 'clock':
      return clock;
    case 'date':
      return date;
    case 'relative':
      return at <= now && now - at < DAY ? clock : `${date} ${clock}`;
    default:
      return style satisfies never;
  }
}

const DAY = 24 * 60 * 60 * 1_000;
