import { html } from 'ghtml';
import type { Viewer } from './viewer.ts';

/** The time of day for the reader, with the date where it is not today's; exact on hover. */
export function clock(at: number, viewer: Viewer): string {
  const { time, day, exact } = formatsFor(viewer.zone);
  const date = day.format(at) === day.format(viewer.now) ? '' : `${day.format(at)}, `;
  return html`<time datetime="${iso(at)}" title="${exact.format(at)}">${date}${time.format(at)}</time>`;
}

/** How long ago. The page's script keeps it ticking. */
export function age(at: number, viewer: Viewer, form: 'short' | 'long' = 'short'): string {
  const text = ageText(viewer.now - at, form);
  return html`<time datetime="${iso(at)}" title="${formatsFor(viewer.zone).exact.format(at)}" data-age="${form}">${text}</time>`;
}

/** One unit is enough for the eye: `48 s`, `4 m`, `2 h`; or `4 minutes`. The page's script counts the same way. */
export function ageText(ms: number, form: 'short' | 'long'): string {
  const seconds = Math.max(1, Math.floor(ms / 1_000));
  const [amount, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3_600
        ? [Math.floor(seconds / 60), 'minute']
        : seconds < 86_400
          ? [Math.floor(seconds / 3_600), 'hour']
          : [Math.floor(seconds / 86_400), 'day'];
  return form === 'short' ? `${amount} ${unit.charAt(0)}` : `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** Whether a browser's name for a time zone is one that this machine knows. */
export function isZone(zone: string): boolean {
  try {
    formatsFor(zone);
    return true;
  } catch {
    return false;
  }
}

interface Formats {
  readonly time: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly exact: Intl.DateTimeFormat;
}
const MOST_ZONES = 500; // there are about 450: https://www.iana.org/time-zones
const known = new Map<string, Formats>();

function formatsFor(zone: string): Formats {
  const before = known.get(zone);
  if (before !== undefined) return before;
  const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options });
  const clockParts = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const made: Formats = {
    time: of({ ...clockParts, ...(zone === 'UTC' ? { timeZoneName: 'short' } : {}) }),
    day: of({ day: 'numeric', month: 'short' }),
    exact: of({
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      ...clockParts,
      timeZoneName: 'short',
    }),
  };
  if (known.size < MOST_ZONES) known.set(zone, made);
  return made;
}

const iso = (at: number): string => new Date(at).toISOString();
