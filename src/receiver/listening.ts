import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Fault, FaultsFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';

/** After the order to stop it is still answered, with 503: who sends on an open connection would else see it break. */
const FAREWELL_MS = 500;

/** For requests under way when it stops. Who has not sent its own whole by then is cut off, and sends it again. */
const DRAIN_MS = 3_000;

/** Where a server listens, and whether it speaks TLS there. */
export interface Place {
  readonly host: string;
  readonly port: number; // 0: a free one
  readonly tls?: unknown;
}

/** Opens the door. Resolves with its address: `http://127.0.0.1:3000`. Throws FaultsFound where it cannot be listened there. */
export async function listen(server: FastifyInstance, { host, port, tls }: Place): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    throw new FaultsFound([notListening(error as NodeJS.ErrnoException, host, port)]);
  }
  const { port: taken } = server.server.address() as AddressInfo;
  return `${tls === undefined ? 'http' : 'https'}://${hostText(host)}:${taken}`;
}

/** Closes it, once what is under way was answered. */
export async function drain(server: FastifyInstance, clock: Pick<Clock, 'wait'>): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
  try {
    await clock.wait(server.server.listening ? FAREWELL_MS : 0);
    await server.close();
  } finally {
    clearTimeout(cut);
  }
}

function notListening(error: NodeJS.ErrnoException, host: string, port: number): Fault {
  const message = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be listened on (${error.code ?? error.message})`;
  const cure = 'stop what listens there, or set another HOST or PORT';
  return { place: 'PORT', message: `${hostText(host)}:${port} ${message}`, cure };
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
