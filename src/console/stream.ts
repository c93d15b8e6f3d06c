import { once } from 'node:events';
import type { FastifyReply } from 'fastify';

/** Server-sent events to one reader. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface EventStream {
  readonly gone: AbortSignal; // the reader left, or was dropped
  /** Resolves when the reader can take more: whoever writes waits, so that nothing piles up. */
  write(event: ServerEvent): Promise<void>;
  end(): void;
}
export interface ServerEvent {
  readonly id?: number;
  readonly event?: string;
  readonly data?: string;
  readonly comment?: string;
}

/** A reader that takes nothing for so long is dropped; it may come back and say where it was. */
const PATIENCE_MS = 20_000;

export function openStream(reply: FastifyReply): EventStream {
  const { raw } = reply;
  const headers = reply.getHeaders() as Record<string, string>;
  reply.hijack();
  const gone = new AbortController();
  raw.on('close', () => gone.abort());
  raw.on('error', () => gone.abort());
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no', // nginx would hold events back: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
  });
  raw.flushHeaders();
  return {
    gone: gone.signal,
    async write(event) {
      if (gone.signal.aborted || raw.write(wire(event))) return;
      try {
        await once(raw, 'drain', { signal: AbortSignal.any([gone.signal, AbortSignal.timeout(PATIENCE_MS)]) });
      } catch {
        raw.destroy();
      }
    },
    end: () => void raw.end(),
  };
}

/** As it goes over the wire; what has several lines is several `data:` lines. */
export function wire({ id, event, data, comment }: ServerEvent): string {
  const lines = [
    ...(comment === undefined ? [] : [`: ${comment}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(data === undefined ? [] : data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`)),
  ];
  return `${lines.join('\n')}\n\n`;
}
