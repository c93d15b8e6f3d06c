/** An address in the destination of a Markdown link: nothing in it ends it, or is a marker. */
export function destination(url: string): string {
  return url.toWellFormed().replace(/[^\w:/?#@!$&',;=.~%+[\]-]/gu, percentEncoded);
}

/** An address as an embed takes it; undefined where Discord would refuse the whole message for it. */
export function embedUrl(url: string): string | undefined {
  const written = destination(url).replace(/[[\]]|%(?![\dA-Fa-f]{2})/g, percentEncoded);
  return isTaken(written) ? written : undefined;
}

/**
 * Whether an embed or a button takes it: the web only, and a host with a top-level domain, without `_`, or an IPv4 address.
 * https://github.com/grafana/grafana/issues/65270, https://github.com/bugsink/bugsink/issues/280,
 * https://github.com/discordjs/discord.js/issues/7438
 */
export function isTaken(url: string): boolean {
  const { protocol = '', hostname = '' } = URL.parse(url) ?? {};
  return /^https?:$/.test(protocol) && (QUALIFIED.test(hostname) || IPV4.test(hostname));
}

const QUALIFIED = /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+(?:[a-z]{2,}|xn--[a-z\d-]+)$/;
const IPV4 = /^\d+(?:\.\d+){3}$/;

const percentEncoded = (character: string): string =>
  character.charCodeAt(0) < 0x80
    ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
    : encodeURIComponent(character);
