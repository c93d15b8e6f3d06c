import { createHmac } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../domain/model.ts';
import { sameSecret } from '../domain/same-secret.ts';
import type { ConsoleOptions } from './options.ts';

/** Who is signed in. `name` is what they call themselves: it is shown, and proves nothing. */
export interface Session {
  readonly by: 'cookie' | 'bearer';
  readonly actor: Actor;
}

const COOKIE = 'tocsin';
const LASTS_MS = 30 * 86_400_000;
const LONGEST_NAME = 60;

type Options = Pick<ConsoleOptions, 'token' | 'cookieKey' | 'secureCookies' | 'clock'>;

/** The session of a request; undefined: nobody is signed in. A cookie ends with its time, and with the token. */
export function sessionOf(request: FastifyRequest, options: Options): Session | undefined {
  const bearer = /^bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return sameSecret(bearer, options.token) ? { by: 'bearer', actor: person('') } : undefined;
  const [expires, name, signature] = (request.cookies[COOKIE] ?? '').split('.');
  if (expires === undefined || name === undefined || signature === undefined) return undefined;
  if (!sameSecret(signature, sign(expires, name, options))) return undefined;
  if (!(Number(expires) > options.clock.now())) return undefined;
  return { by: 'cookie', actor: person(Buffer.from(name, 'base64url').toString('utf8')) };
}

export function startSession(reply: FastifyReply, name: string, options: Options): void {
  const expires = String(options.clock.now() + LASTS_MS);
  const written = Buffer.from(name.trim().slice(0, LONGEST_NAME)).toString('base64url');
  reply.setCookie(COOKIE, `${expires}.${written}.${sign(expires, written, options)}`, {
    httpOnly: true,
    sameSite: 'strict',
    secure: options.secureCookies,
    path: '/',
    maxAge: LASTS_MS / 1_000,
  });
}

export function endSession(reply: FastifyReply): void {
  reply.clearCookie(COOKIE, { path: '/' });
}

/** A POST that comes by cookie must come from our own page. Browsers say so; who does not say it is not believed. */
export function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = request.headers;
  return origin !== undefined && host !== undefined && URL.parse(origin)?.host === host;
}

function sign(expires: string, name: string, { cookieKey, token }: Options): string {
  return createHmac('sha256', cookieKey).update(`${expires}.${name}.${token}`).digest('base64url');
}

function person(name: string): Actor {
  return { platform: 'console', id: 'console', name: name === '' ? 'Console' : name };
}
