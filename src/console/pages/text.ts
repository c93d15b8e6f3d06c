import { visible } from '../../domain/visible.ts';

/** What others wrote, for one place of a page: at most `max` characters, all of them visible. */
export function plain(text: string, max = 300): string {
  const whole = visible(text.slice(0, max * 2));
  return whole.length <= max && text.length <= max * 2 ? whole : `${cutAt(whole, max - 1)}…`;
}

/** The first letter as a capital: state words begin a line. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A link that may be followed from here: http or https, and no name before the host, which would read like another address. */
export function webUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  return url.username === '' && url.password === '' ? url.href : undefined;
}

/** Not through a pair, nor after what only works together with the next character. */
function cutAt(text: string, length: number): string {
  return text.slice(0, length).replace(/[\p{Cs}\p{Join_Control}\p{Variation_Selector}]+$/u, '');
}
