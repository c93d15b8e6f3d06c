const PROTOCOLS = ['http:', 'https:', 'mailto:'];

/**
 * A link that may be shown, normalised; undefined for anything else. A name before the host is refused, as
 * `https://grafana.corp@evil.example` reads like another address than it is.
 */
export function safeUrl(text: string): string | undefined {
  const url = URL.parse(text.trim());
  if (!url || !PROTOCOLS.includes(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return url.href;
}

/** The same, for the web only. */
export function safeWebUrl(text: string): string | undefined {
  const url = safeUrl(text);
  return url?.startsWith('mailto:') ? undefined : url;
}
