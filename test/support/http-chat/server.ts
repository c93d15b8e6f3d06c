import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Entry, Operation, Script, Trouble } from './protocol.ts';

export interface HttpChatServer {
  readonly url: string;
  readonly log: readonly Entry[];
  /** Requests so far, whatever became of them. */
  calls(): number;
  script(script: Script): void;
  /** Ends all trouble; connections that stall are cut. */
  heal(): void;
  deleteMessage(channel: string, message: string): void;
  close(): Promise<void>;
}
interface Message {
  readonly id: string;
  readonly channel: string;
  readonly once: string;
  readonly at: number;
}
interface Call {
  readonly operation: Operation;
  readonly channel: string;
  readonly message?: string;
  readonly body: { readonly once?: string; readonly card?: unknown; readonly line?: unknown };
  readonly query: URLSearchParams;
}

const PATHS: readonly { readonly method: string; readonly pattern: RegExp; readonly operation: Operation }[] = [
  { method: 'POST', pattern: /^\/channels\/([^/]+)\/messages$/, operation: 'post' },
  { method: 'GET', pattern: /^\/channels\/([^/]+)\/messages$/, operation: 'find' },
  { method: 'PUT', pattern: /^\/channels\/([^/]+)\/messages\/([^/]+)$/, operation: 'edit' },
  { method: 'POST', pattern: /^\/channels\/([^/]+)\/messages\/([^/]+)\/replies$/, operation: 'reply' },
];

/** A chat server with an oracle: scriptable trouble, and a log of all that happened. Tests only. */
export async function startHttpChat(port = 0): Promise<HttpChatServer> {
  const log: Entry[] = [];
  const messages = new Map<string, Message>();
  let posted = 0;
  let calls = 0;
  const stalled = new Set<ServerResponse>();
  const scripts: { left: number; readonly script: Script }[] = [];
  const note = (entry: Omit<Entry, 'at'>) => log.push({ at: Date.now(), ...entry });

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = (request.method === 'GET' || request.method === 'DELETE' ? {} : await json(request)) as never;
    if (url.pathname.startsWith('/control/')) {
      const { status, value } = control(url.pathname, body);
      return answer(response, status, value);
    }
    const path = PATHS.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
    if (path === undefined) return answer(response, 400, { error: 'no such call' });
    calls++;
    const [channel = '', message] = path.pattern.exec(url.pathname)!.slice(1).map(decodeURIComponent);
    const call = { operation: path.operation, channel, body, query: url.searchParams, ...(message && { message }) };
    const trouble = troubleFor(call);
    if (trouble !== undefined) return suffer(call, trouble, response);
    const { status, value } = perform(call);
    answer(response, status, value);
  }

  function troubleFor(call: Call): Trouble | undefined {
    const found = scripts.find(
      ({ left, script }) =>
        left > 0 &&
        (script.operation ?? call.operation) === call.operation &&
        (script.channel ?? call.channel) === call.channel &&
        (script.containing === undefined || JSON.stringify(call.body).includes(script.containing)),
    );
    if (found === undefined) return undefined;
    found.left--;
    return found.script.trouble;
  }

  function suffer(call: Call, trouble: Trouble, response: ServerResponse): void {
    const { operation, channel, body } = call;
    note({ kind: 'troubled', operation, channel, trouble: trouble.kind, ...(body.once && { once: body.once }) });
    switch (trouble.kind) {
      case 'status':
        if (trouble.retryAfter !== undefined) response.setHeader('retry-after', trouble.retryAfter);
        if (trouble.scope !== undefined) response.setHeader('x-scope', trouble.scope);
        answer(response, trouble.status, { error: `scripted ${trouble.status}` });
        return;
      case 'stall':
        stalled.add(response);
        return;
      case 'slow':
        setTimeout(() => {
          const { status, value } = perform(call);
          answer(response, status, value);
        }, trouble.ms);
        return;
      case 'drop':
        perform(call);
        response.destroy();
        return;
      case 'refuse':
        response.destroy();
        return;
      case 'garbage':
        perform(call);
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
    }
  }

  function perform({ operation, channel, message, body, query }: Call): { status: number; value?: unknown } {
    const known = message === undefined ? undefined : messages.get(message);
    switch (operation) {
      case 'post': {
        const id = `m${++posted}`;
        messages.set(id, { id, channel, once: body.once ?? '', at: Date.now() });
        note({ kind: 'created', operation, channel, message: id, once: body.once ?? '', content: body.card });
        return { status: 201, value: { id } };
      }
      case 'edit':
        if (known === undefined) return missing(operation, channel);
        note({ kind: 'edited', operation, channel, message: known.id, content: body.card });
        return { status: 200, value: {} };
      case 'reply':
        if (known === undefined) return missing(operation, channel);
        note({ kind: 'replied', operation, channel, message: known.id, once: body.once ?? '', content: body.line });
        return { status: 201, value: {} };
      case 'find': {
        const once = query.get('once') ?? '';
        note({ kind: 'looked', operation, channel, once });
        const since = Number(query.get('since'));
        const found = [...messages.values()].filter(
          (one) => one.channel === channel && one.once === once && one.at >= since,
        );
        return { status: 200, value: { messages: found.map(({ id }) => ({ id })) } };
      }
    }
  }

  function missing(operation: Operation, channel: string): { status: number; value: unknown } {
    note({ kind: 'troubled', operation, channel, trouble: 'no such message' });
    return { status: 404, value: { error: 'no such message' } };
  }

  /** For whole-process tests: the same reins over HTTP. */
  function control(path: string, body: unknown): { status: number; value: unknown } {
    switch (path) {
      case '/control/log':
        return { status: 200, value: log };
      case '/control/script':
        chat.script(body as Script);
        break;
      case '/control/heal':
        chat.heal();
        break;
      case '/control/delete': {
        const { channel, message } = body as { channel: string; message: string };
        chat.deleteMessage(channel, message);
        break;
      }
      default:
        return { status: 404, value: { error: 'no such control' } };
    }
    return { status: 200, value: {} };
  }

  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const chat: HttpChatServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    calls: () => calls,
    script: (script) => void scripts.push({ left: script.times, script }),
    heal() {
      scripts.length = 0;
      for (const response of stalled) response.destroy();
      stalled.clear();
    },
    deleteMessage(channel, message) {
      if (messages.delete(message)) note({ kind: 'deleted', operation: 'delete', channel, message });
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
  return chat;
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
