import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Verdict, WebhookRequest } from '../domain/ports.ts';
import { sameSecret } from '../domain/same-secret.ts';

const HEX_SHA256 = /^(?:sha256=)?([0-9a-f]{64})$/i;
const LONGEST_TOKEN = 4_096; // characters; hashing more would be the sender's choice of our work
const NO: Verdict = { ok: false };

/**
 * HMAC-SHA256 over the bytes that came, as hex in any case, with or without `sha256=`. A header that is missing, came twice
 * (Node joins the two with a comma), or is no digest of this length is just no.
 */
export function verifyHmac(
  body: Uint8Array,
  header: string | string[] | undefined,
  secrets: readonly string[],
): Verdict {
  const hex = typeof header === 'string' ? HEX_SHA256.exec(header)?.[1] : undefined;
  if (hex === undefined) return NO;
  const given = Buffer.from(hex, 'hex');
  return verdict(secrets.findIndex((secret) => secret !== '' && timingSafeEqual(given, digest(body, secret))));
}

/** The hex that `verifyHmac` takes. */
export function signHmac(body: Uint8Array, secret: string): string {
  return digest(body, secret).toString('hex');
}

/** For senders that cannot sign: the secret as Bearer token, Basic password, `X-Bridge-Token` or query `key`. */
export function verifyToken(request: WebhookRequest, secrets: readonly string[]): Verdict {
  const given = tokensOf(request).filter((token) => token.length <= LONGEST_TOKEN);
  return verdict(secrets.findIndex((secret) => given.some((token) => sameSecret(token, secret))));
}

const digest = (body: Uint8Array, secret: string) => createHmac('sha256', secret).update(body).digest();

const verdict = (secret: number): Verdict => (secret < 0 ? NO : { ok: true, secret });

function tokensOf({ headers, query }: WebhookRequest): readonly string[] {
  const [, scheme = '', credentials = ''] = /^(\S+) +(.+)$/.exec(headers.authorization ?? '') ?? [];
  const token = headers['x-bridge-token'];
  const keys = query.getAll('key');
  return [
    ...(scheme.toLowerCase() === 'bearer' ? [credentials] : []),
    ...(scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : []),
    ...(typeof token === 'string' ? [token] : []),
    ...(keys.length === 1 ? keys : []),
  ];
}

function passwordOf(credentials: string): readonly string[] {
  const pair = Buffer.from(credentials, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? [] : [pair.slice(colon + 1)];
}
