import type { FastifyInstance } from 'fastify';
import type { ConsoleOptions } from './options.ts';
import { openStream } from './stream.ts';

/** The live parts of a page: html by the id of the element that it replaces. Undefined: there is no such page any more. */
export type Parts = Readonly<Record<string, string>> | undefined;

const PUSH_EVERY_MS = 250; // four times a second is as fast as a person reads
const BEAT_MS = 10_000;

/**
 * `GET /live?page=…`: one stream per page. On every connection the page's parts are sent as they are now, after that each part
 * that looks different. A part that did not change is left alone, so an open menu stays open and focus stays where it is.
 */
export function live(
  app: FastifyInstance,
  { store, clock, log }: Pick<ConsoleOptions, 'store' | 'clock' | 'log'>,
  partsOf: (page: string) => Promise<Parts>,
): void {
  app.get<{ Querystring: { page?: string } }>('/live', (request, reply) => {
    const page = request.query.page ?? '/';
    const stream = openStream(request, reply);
    const sent = new Map<string, string>();
    let pushing = false;
    let again = false;

    const push = async (): Promise<void> => {
      if (pushing) {
        again = true;
        return;
      }
      pushing = true;
      try {
        do {
          again = false;
          const parts = Object.entries((await partsOf(page)) ?? {}).filter(([id, html]) => sent.get(id) !== html);
          for (const [id, html] of parts) sent.set(id, html);
          if (parts.length > 0) stream.send({ data: parts.map(([id, html]) => partial(id, html)).join('\n') });
          await clock.wait(PUSH_EVERY_MS);
        } while (again && !stream.closed);
      } catch (err) {
        log.warn({ err }, 'a page could not be brought up to date');
      }
      pushing = false;
    };
    const beat = setInterval(() => stream.send({ event: 'beat', data: '' }), BEAT_MS);
    beat.unref();
    const unwatch = store.watch(() => void push());
    stream.onClose(() => {
      clearInterval(beat);
      unwatch();
    });
    void push();
  });
}

/** One element to be brought up to date in place. https://four.htmx.org/docs */
export function partial(id: string, html: string): string {
  return `<hx-partial hx-target="#${id}" hx-swap="outerMorph">${html}</hx-partial>`;
}
