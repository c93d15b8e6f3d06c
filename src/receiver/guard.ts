import type { FastifyRequest } from 'fastify';
import { type AddressRange, holdsAddress, isLoopback } from '../domain/addresses.ts';
import type { RefusalCode } from './refusals.ts';

/** Who may send webhooks, and how. */
export interface Guard {
  readonly allowedIps?: readonly AddressRange[]; // absent: every address
  readonly requireHttps: boolean;
  readonly trustProxy: readonly AddressRange[]; // none: nobody's X-Forwarded headers are believed
}

/**
 * Why this request may not send; undefined: it may. `request.ip` is the right-most address that is no trusted proxy, and
 * `request.protocol` the proxy's word only where the peer is one.
 */
export function guarded(
  request: FastifyRequest,
  guard: Guard,
  allowedIps: readonly AddressRange[] | undefined,
): RefusalCode | undefined {
  if (allowedIps !== undefined && !holdsAddress(allowedIps, request.ip)) return 'ip_not_allowed';
  if (guard.requireHttps && request.protocol !== 'https') return 'https_required';
  return undefined;
}

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Whether the caller is on this machine, and no proxy on this machine speaks for somebody else. */
export function isLocal(request: FastifyRequest): boolean {
  return isLoopback(request.socket.remoteAddress) && FORWARDED.every((name) => request.headers[name] === undefined);
}
