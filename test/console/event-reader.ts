import { onTestFinished } from 'vitest';

/** One event of a stream, as it came. */
export interface Received {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}
export interface Reader {
  readonly status: number;
  readonly events: readonly Received[];
  readonly over: Promise<void>; // the server ended it, or we did
  close(): void;
}

/** Reads server-sent events as they come, until it is closed. */
export async function readEvents(url: string, headers: Readonly<Record<string, string>>): Promise<Reader> {
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const response = await fetch(url, { headers, signal: ended.signal });
  const events: Received[] = [];
  const over = (async () => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      events.push(...parts.map(parsed));
    }
  })().catch(() => {}); // closed by us, or the server ended
  return { status: response.status, events, over, close: () => ended.abort() };
}

function parsed(text: string): Received {
  const fields = text.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]);
  const of = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value ?? '');
  const [id] = of('id');
  const [event] = of('event');
  return {
    ...(id === undefined ? {} : { id }),
    ...(event === undefined ? {} : { event }),
    data: of('data').join('\n'),
  };
}
