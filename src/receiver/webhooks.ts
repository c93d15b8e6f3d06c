import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AddressRange } from '../domain/addresses.ts';
import { InvalidPayload, StoreUnavailable } from '../domain/errors.ts';
import type { Texts } from '../domain/model.ts';
import type { Clock, Log, Metrics, Parsed, Received, Source, WebhookRequest } from '../domain/ports.ts';
import type { Bridge } from '../pipeline/index.ts';
import { type Guard, guarded } from './guard.ts';
import { rawBodies } from './raw-bodies.ts';
import { codeOf, type RefusalCode, refuse } from './refusals.ts';

/** A source that is on. */
export interface OpenSource {
  readonly source: Source;
  readonly secrets: readonly string[]; // the newest first
  readonly allowedIps?: readonly AddressRange[]; // in place of the guard's
}

export interface WebhookOptions {
  readonly bridge: Pick<Bridge, 'receive'>;
  readonly sources: () => readonly OpenSource[]; // asked for each request: SIGHUP may change them
  readonly guard: () => Guard;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'webhook' | 'secretUsed'>;
  readonly maxBodyBytes: () => number;
  readonly draining: () => boolean;
  readonly fetch: typeof globalThis.fetch;
}

declare module 'fastify' {
  interface FastifyRequest {
    open: OpenSource | undefined; // the source that the path names, once the request was let in
    outcome: string | undefined; // what became of a webhook
  }
}

const DEFAULT_METHODS = ['POST'];
const MOST_QUERY_LABELS = 16;
const LONGEST_QUERY_LABEL = 256; // characters of a name or a value

/** `POST /webhooks/<source>`, and `/webhook` for WizStatus. A plugin of its own: bodies are raw bytes in here only. */
export function webhooks(app: FastifyInstance, options: WebhookOptions): void {
  const { bridge, clock, log, metrics } = options;
  app.removeAllContentTypeParsers();
  rawBodies(app, options.maxBodyBytes);

  /** From what costs least to what costs most; all of it before a byte of the body is read. */
  app.addHook('onRequest', async (request, reply) => {
    const named = nameIn(request);
    const open = options.sources().find(({ source, secrets }) => source.name === named && secrets.length > 0);
    request.open = open;
    const guard = options.guard();
    const refused =
      guarded(request, guard, open?.allowedIps ?? guard.allowedIps) ??
      unfit(request, open) ??
      (options.draining() ? 'unavailable' : undefined);
    if (refused === undefined) return;
    if (refused === 'method_not_allowed') reply.header('allow', methodsOf(open).join(', '));
    return turnAway(request, reply, refused);
  });

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const code = error instanceof StoreUnavailable ? 'unavailable' : codeOf(error);
    // A fault of ours stored nothing, so the sender is asked to try again: an alert is not lost to it.
    if (code !== 'internal') return turnAway(request, reply, code);
    log.error({ err: error, source: request.open?.source.name }, 'A webhook failed');
    return turnAway(request, reply, 'unavailable');
  });

  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const open = request.open!; // onRequest let nobody else through
    const { source, secrets } = open;
    const webhook = webhookRequest(request);
    const now = clock.now();
    const verdict = await source.verify(webhook, secrets, { now, fetch: options.fetch });
    if (!verdict.ok) return turnAway(request, reply, 'invalid_signature');
    metrics.secretUsed(source.name, verdict.secret, now);

    const parsed = parse(source, webhook, now);
    if (parsed instanceof InvalidPayload) {
      count(request, 'invalid_payload');
      return reply.code(400).send({ error: parsed.message, code: parsed.code, details: parsed.details });
    }
    const received = await take(parsed, (events) =>
      bridge.receive({
        source,
        ...(events.id !== undefined && { id: events.id }),
        digest: hash('sha256', webhook.body),
        secret: verdict.secret,
        labels: labelsIn(webhook.query),
        events: events.events,
      }),
    );
    return answer(request, reply, received);
  };
  app.all('/webhooks/*', handler);
  app.all('/webhook', handler);

  /** What a parsed request comes to: its events are stored, a handshake is finished, the rest is nothing to tell. */
  async function take(
    parsed: Parsed,
    store: (events: Extract<Parsed, { kind: 'events' }>) => Promise<Received>,
  ): Promise<Received> {
    switch (parsed.kind) {
      case 'events':
        return store(parsed);
      case 'handshake':
        await parsed.finish(options.fetch);
        return { kind: 'ignored', reason: 'The subscription is confirmed.' };
      case 'ignored':
        return parsed;
    }
  }

  function answer(request: FastifyRequest, reply: FastifyReply, received: Received): FastifyReply {
    switch (received.kind) {
      case 'stored':
        count(request, 'ok');
        return reply.send({ status: 'ok', incidents: received.incidents });
      case 'duplicate':
        count(request, 'already_processed');
        return reply.send({ status: 'already_processed' });
      case 'ignored':
        count(request, 'ignored');
        return reply.send({ status: 'ignored', reason: received.reason });
    }
  }

  function turnAway(request: FastifyRequest, reply: FastifyReply, code: RefusalCode): FastifyReply {
    count(request, code);
    return refuse(reply, code);
  }

  function count(request: FastifyRequest, outcome: string): void {
    request.outcome = outcome;
    metrics.webhook(request.open?.source.name ?? 'unknown', outcome); // a name from the path is the caller's, not ours
  }
}

function nameIn(request: FastifyRequest): string | undefined {
  return request.routeOptions.url === '/webhook' ? 'wizstatus' : (request.params as { '*'?: string })['*'];
}

const methodsOf = (open: OpenSource | undefined): readonly string[] => open?.source.methods ?? DEFAULT_METHODS;

function unfit(request: FastifyRequest, open: OpenSource | undefined): RefusalCode | undefined {
  if (open === undefined) return 'unknown_source';
  if (!methodsOf(open).includes(request.method)) return 'method_not_allowed';
  // Nothing is inflated: a megabyte may hold a gigabyte.
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  return encoding === '' || encoding === 'identity' ? undefined : 'unreadable_body';
}

function webhookRequest(request: FastifyRequest): WebhookRequest {
  return {
    method: request.method,
    query: queryOf(request),
    headers: onceAuthorized(request),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function queryOf({ raw: { url = '' } }: FastifyRequest): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

/** Node keeps the first of two `Authorization` headers without a word; one that came twice is not believed. */
function onceAuthorized({ raw }: FastifyRequest): WebhookRequest['headers'] {
  if (raw.headers.authorization === undefined || raw.headersDistinct.authorization?.length === 1) return raw.headers;
  const { authorization: _, ...others } = raw.headers;
  return others;
}

function parse(source: Source, webhook: WebhookRequest, now: number): Parsed | InvalidPayload {
  try {
    return source.parse(webhook, now);
  } catch (error) {
    if (error instanceof InvalidPayload) return error;
    throw error;
  }
}

/** `?labels.env=prod` adds a label to every event of the request. */
function labelsIn(query: URLSearchParams): Texts {
  return Object.fromEntries(
    [...query]
      .filter(([name]) => name.startsWith('labels.') && name.length > 'labels.'.length)
      .map(([name, value]) => [name.slice('labels.'.length), value] as const)
      .filter(([name, value]) => name !== '__proto__' && Math.max(name.length, value.length) <= LONGEST_QUERY_LABEL)
      .slice(0, MOST_QUERY_LABELS)
      .map(([name, value]) => [name, value.replaceAll('\0', '\uFFFD')]),
  );
}
