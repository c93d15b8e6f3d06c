import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext, Server as TlsServer } from 'node:tls';
import fastify, { type FastifyInstance, type FastifyServerFactoryHandler, type FastifyServerOptions } from 'fastify';
import { holdsAddress } from '../domain/addresses.ts';
import type { Endpoint, Log } from '../domain/ports.ts';
import { endpoints } from './endpoints.ts';
import { type HealthOptions, health } from './health.ts';
import { codeOf, type RefusalCode, refusal, refuse } from './refusals.ts';
import { type WebhookOptions, webhooks } from './webhooks.ts';

/** PEM */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}
export interface ReceiverOptions extends WebhookOptions, HealthOptions {
  readonly tls?: Tls;
  readonly endpoints?: readonly Endpoint[]; // of the adapters
}

const TIMES = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 2_000, // how late a timeout may be noticed
  keepAliveTimeout: 72_000, // longer than the 60 s of common load balancers, so that they end idle connections, not we
} as const;
const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;
const MOST_CONNECTIONS = 4_096;

/** The HTTP server with webhooks, health and the adapters' endpoints. The console is registered on it as one more plugin. */
export function createReceiver(options: ReceiverOptions): FastifyInstance {
  const app = fastify({
    serverFactory: (handler) => createServer(handler, options.tls),
    // A function, never a number or `true`: those let any caller say who it is.
    trustProxy: (address) => holdsAddress(options.guard().trustProxy, address),
    // While it drains, a request on an open connection is answered like any other: stored, or 503 in our own words.
    return503OnClosing: false,
    requestIdHeader: false,
    schemaController: NO_SCHEMAS,
    frameworkErrors: (error, _request, reply) => void refuse(reply, codeOf(error)),
    clientErrorHandler: (error, socket) => answerBroken(error, socket as Socket),
  });
  app.decorateRequest('open', undefined);
  app.decorateRequest('outcome', undefined);
  logRequests(app, options.log);
  app.setNotFoundHandler((_request, reply) => refuse(reply, 'not_found'));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const code = codeOf(error);
    if (code === 'internal') options.log.error({ err: error, route: request.routeOptions.url }, 'A request failed');
    return refuse(reply, code);
  });
  // While it drains, a connection is answered once more and then closed: its sender goes elsewhere.
  app.addHook('onSend', async (_request, reply) => {
    if (options.draining()) reply.header('connection', 'close');
  });
  app.register(async (own) => webhooks(own, options));
  app.register(async (own) => health(own, options));
  app.register(async (own) =>
    endpoints(own, { endpoints: options.endpoints ?? [], log: options.log, maxBodyBytes: options.maxBodyBytes }),
  );
  return app;
}

/** Zod reads what comes in, and no route has a schema of Fastify's: its compilers are not even loaded. */
const NO_SCHEMAS: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: () => noSchema, buildSerializer: () => noSchema },
};

function noSchema(): never {
  throw new Error('A route has a schema: let zod read what comes in');
}

/** New connections get the new certificate, old ones go on. Throws, and keeps the old one, where the two do not fit. */
export function reloadTls(app: FastifyInstance, tls: Tls): void {
  createSecureContext(tls); // setSecureContext would fail with half of it set
  if (app.server instanceof TlsServer) app.server.setSecureContext(tls);
}

function createServer(serve: FastifyServerFactoryHandler, tls: Tls | undefined): http.Server {
  const handler: http.RequestListener = (request, response) => {
    for (const [name, value] of NO_PAGE) response.setHeader(name, value);
    serve(request, response);
  };
  const server = tls
    ? https.createServer({ ...TIMES, ...tls, handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS }, handler)
    : http.createServer(TIMES, handler);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('checkExpectation', handler); // an expectation that nobody knows is none: Node's own 417 is no answer of ours
  return server;
}

/** What is answered is data and no page of a browser, errors too. The console says otherwise for its own pages. */
const NO_PAGE = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
] as const;

/** The route's pattern, never the address: a query may hold a token. */
function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, ip, outcome } = request;
    const level = outcome === undefined ? 'debug' : 'info';
    const ms = Math.round(reply.elapsedTime);
    const source = request.open?.source.name;
    log[level](
      { method, route: request.routeOptions.url, source, status: reply.statusCode, ip, outcome, ms },
      'Request',
    );
  });
}

/** What Node could not read as HTTP never becomes a request: it is answered on the socket, which is then closed. */
function answerBroken(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = refusal(BROKEN[error.code ?? ''] ?? 'bad_request');
  const text = JSON.stringify(body);
  socket.write(
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
  socket.destroySoon();
}

const BROKEN: Readonly<Record<string, RefusalCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};
