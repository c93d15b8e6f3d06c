import type { FastifyReply, FastifyRequest } from 'fastify';

/** One open server-sent-events answer. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface Stream {
  send(message: { readonly id?: number; readonly event?: string; readonly data: string }): void;
  onClose(closed: () => void): void;
  readonly closed: boolean;
}

const MOST_UNREAD_BYTES = 1_048_576; // a reader that is this far behind is let go: it comes back and is told the state as it is
const BEAT_MS = 15_000; // proxies cut silent answers, often after 60 s

export function openStream(request: FastifyRequest, reply: FastifyReply): Stream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  raw.write('retry: 2000\n\n');
  const beat = setInterval(() => write(': still here\n\n'), BEAT_MS);
  beat.unref();
  const ends: (() => void)[] = [() => clearInterval(beat)];
  let closed = false;
  raw.on('close', () => {
    closed = true;
    for (const end of ends) end();
  });
  request.raw.socket.setNoDelay(true);

  function write(text: string): void {
    if (closed) return;
    if (raw.writableLength > MOST_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  }
  return {
    send: ({ id, event, data }) =>
      write(
        `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}${data
          .split('\n')
          .map((line) => `data: ${line}\n`)
          .join('')}\n`,
      ),
    onClose: (end) => void ends.push(end),
    get closed() {
      return closed;
    },
  };
}
