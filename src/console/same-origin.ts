import type { FastifyRequest } from 'fastify';

/**
 * Whether a browser says that another site's page sent this request: for what is protected by more than a cookie. A page without a
 * referrer sends `Origin: null` over plain HTTP, and programs send nothing.
 */
export function isForeign(request: FastifyRequest, publicUrl: string | undefined): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site === undefined && (origin === undefined || origin === 'null')) return false;
  return !isSameOrigin(request, publicUrl);
}

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
