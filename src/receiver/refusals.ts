import type { FastifyReply } from 'fastify';

/** What a request is answered that is not served. The sentence holds the cure, and nothing of the request. */
const REFUSALS = {
  bad_request: [400, 'The request cannot be read. Send plain HTTP/1.1 with a correct path and length.'],
  invalid_signature: [401, 'The signature or token is missing or wrong. Check the secret on both sides.'],
  unauthorized: [401, 'Send the METRICS_TOKEN as "Authorization: Bearer"; without one it is served on loopback only.'],
  ip_not_allowed: [403, 'This address may not send webhooks. Add it to ALLOWED_IPS, or to that of the source.'],
  https_required: [403, 'Webhooks are taken over HTTPS only. Use https://, or name your proxy in TRUST_PROXY.'],
  unknown_source: [404, 'No such source is on. Check the path, and set the secret of the source.'],
  not_found: [404, 'There is nothing here. Webhooks go to /webhooks/<source>.'],
  method_not_allowed: [405, 'This path does not take that method. Webhooks are sent with POST.'],
  timeout: [408, 'The request did not arrive in time. Send it again.'],
  too_large: [413, 'The body is larger than MAX_BODY_BYTES. Send less at once, or raise it.'],
  unreadable_body: [415, 'The body cannot be read. Send it uncompressed, with a correct Content-Type or none.'],
  headers_too_large: [431, 'The headers are too large. Send fewer of them.'],
  internal: [500, 'Something failed here. The log says what.'],
  unavailable: [503, 'It cannot be stored now, and nothing of it was. Send it again.'],
} as const;
export type RefusalCode = keyof typeof REFUSALS;

export const RETRY_AFTER_SECONDS = 5;

export function refusal(code: RefusalCode): {
  readonly status: number;
  readonly body: { error: string; code: string };
} {
  const [status, error] = REFUSALS[code];
  return { status, body: { error, code } };
}

export function refuse(reply: FastifyReply, code: RefusalCode): FastifyReply {
  const { status, body } = refusal(code);
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (code === 'unauthorized') reply.header('www-authenticate', 'Bearer');
  // Fastify would close the connection while the body still comes, and the reset overtakes the answer: who never saw its 413 tries again.
  if (code === 'too_large') reply.removeHeader('connection');
  return reply.code(status).send(body);
}

/** The refusal that an error of Fastify's own (or a plugin's) stands for. */
export function codeOf(error: { readonly statusCode?: number }): RefusalCode {
  const status = error.statusCode ?? 500;
  if (status === 413) return 'too_large';
  if (status === 415) return 'unreadable_body';
  if (status === 503) return 'unavailable';
  if (status === 404) return 'not_found';
  return status >= 400 && status < 500 ? 'bad_request' : 'internal';
}
