/** What others wrote, for one place of a page: at most `max` characters, and nothing that cannot be seen or turns the reading order. */
export function plain(text: string, max = 300): string {
  const whole = text
    .slice(0, max * 2)
    .replaceAll(UNSEEN, '')
    .toWellFormed();
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

const UNSEEN = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

function cutAt(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
