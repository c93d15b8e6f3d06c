const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `90s`, `15m`, `1h30m`, `90d` as milliseconds; undefined where it is not a duration, or one too long to count with. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:ms|[smhdw]))+$/.test(text.trim())) return undefined;
  const parts = text.matchAll(/(\d+)([a-z]+)/g);
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit as keyof typeof UNITS], 0);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

export const DURATION_FORMS = 'a number with ms, s, m, h, d or w, such as 90s, 15m or 1h30m';

/** A duration for people, two units at most: `48 s`, `4 m 10 s`, `2 h 5 m`, `3 d`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ] as const;
  const two = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  if (d > 0) return two(d, 'd', h, 'h');
  if (h > 0) return two(h, 'h', m, 'm');
  return m > 0 ? two(m, 'm', s, 's') : `${s} s`;
}

/** `0:18`, `12:05`: how long a run takes. */
export function minutesText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
