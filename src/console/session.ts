import { createHmac } from 'node:crypto';
import { Signer } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor } from '../domain/model.ts';
import { sameSecret } from '../domain/same-secret.ts';
import type { ConsoleOptions } from './options.ts';
import { MAX_NAME } from './pages/sign-in.ts';
import { plain } from './pages/text.ts';
import { isZone } from './pages/time.ts';
import type { Viewer } from './pages/viewer.ts';

/** Who is signed in. Everybody who has the token is the same actor; the name is what they call themselves. */
export interface Session {
  readonly name: string;
}

export interface Sessions {
  /** Of the cookie, where it is ours, was signed for the token of today, and has not ended. */
  read(request: FastifyRequest): Session | undefined;
  begin(reply: FastifyReply, name: string): void;
  end(reply: FastifyReply): void;
  isToken(given: string): boolean;
  /** `Authorization: Bearer`; undefined: the header was not sent. */
  bearer(request: FastifyRequest): boolean | undefined;
  /** Whether what let this request in does so still: a stream is open for longer than a token may hold. */
  isStillIn(request: FastifyRequest): boolean;
  viewer(request: FastifyRequest): Viewer;
}

const LASTS_S = 30 * 86_400;
const NOBODY = 'Console';

const content = z.object({ until: z.number(), name: z.string() });

/** Signs cookies. The token is part of the key: a new token ends every session. */
export function cookieSigner({ signingKey, access }: Pick<ConsoleOptions, 'signingKey' | 'access'>) {
  const signer = () =>
    new Signer(createHmac('sha256', signingKey).update(`console session ${access().token}`).digest('base64url'));
  return { sign: (value: string) => signer().sign(value), unsign: (value: string) => signer().unsign(value) };
}

export function createSessions({ access, clock }: ConsoleOptions): Sessions {
  const cookieName = () => (access().secureCookies ? '__Host-tocsin' : 'tocsin'); // the prefix: no neighbour on a subdomain can set it
  const attributes = () => ({ path: '/', httpOnly: true, sameSite: 'strict', secure: access().secureCookies }) as const;

  function read(request: FastifyRequest): Session | undefined {
    const sent = request.cookies[cookieName()];
    const { valid, value } = sent === undefined ? { valid: false, value: null } : request.unsignCookie(sent);
    if (!valid || value === null) return undefined;
    const { until, name } = content.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
    return clock.now() < until ? { name } : undefined;
  }

  function bearer(request: FastifyRequest): boolean | undefined {
    const given = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return given === undefined ? undefined : sameSecret(given, access().token);
  }

  return {
    read,
    bearer,
    isStillIn: (request) => bearer(request) === true || read(request) !== undefined,
    begin(reply, name) {
      const until = clock.now() + LASTS_S * 1_000;
      const value = Buffer.from(JSON.stringify({ until, name: nameOf(name) })).toString('base64url');
      reply.setCookie(cookieName(), value, { ...attributes(), maxAge: LASTS_S, signed: true });
    },
    end: (reply) => void reply.clearCookie(cookieName(), attributes()),
    isToken: (given) => sameSecret(given, access().token),
    viewer(request) {
      const zone = request.cookies.tz ?? '';
      return {
        now: clock.now(),
        zone: zone.length <= 64 && isZone(zone) ? zone : 'UTC',
        name: read(request)?.name || NOBODY,
      };
    },
  };
}

/** Whoever presses here. The name is for display only and proves nothing. */
export function actorOf(name: string): Actor {
  return { platform: 'console', id: 'console', name: name || NOBODY };
}

/** What somebody calls themselves. */
export function nameOf(text: string): string {
  return plain(text, MAX_NAME).replaceAll(/\s+/g, ' ').trim();
}
