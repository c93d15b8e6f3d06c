import type { FastifyRequest } from 'fastify';

/**
 * Whether a page of ours sent this request. Browsers say so in Sec-Fetch-Site, which no page can set; where they do not
 * (plain HTTP beyond this machine), in Origin. A browser that sends neither is refused.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function isSameOrigin(request: FastifyRequest, publicUrl: string | undefined): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const origin = URL.parse(request.headers.origin ?? '');
  if (origin === null) return false;
  return origin.host === request.host || (publicUrl !== undefined && origin.origin === URL.parse(publicUrl)?.origin);
}
