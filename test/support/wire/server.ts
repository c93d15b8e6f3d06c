import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it came. */
export interface WireRequest {
  readonly method: string;
  readonly path: string; // still percent-encoded
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export type WireAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly json?: unknown }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string | Uint8Array }
  | 'silence' // the request is read and never answered
  | 'reset' // the connection breaks after the request was read
  | ((response: ServerResponse) => void);

export interface WireServer {
  readonly url: string; // http://127.0.0.1:port
  readonly port: number;
  readonly requests: readonly WireRequest[];
  close(): Promise<void>;
}

/** A service on loopback that keeps every request. Tests only. */
export async function startWire(answer: (request: WireRequest) => WireAnswer): Promise<WireServer> {
  const requests: WireRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const request: WireRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: await text(incoming),
    };
    requests.push(request);
    give(answer(request), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, requests, close: () => closed(server) };
}

function give(answer: WireAnswer, response: ServerResponse): void {
  if (answer === 'silence') return;
  if (answer === 'reset') return void response.destroy();
  if (typeof answer === 'function') return void answer(response);
  const isJson = !('body' in answer);
  response.writeHead(answer.status, { ...(isJson && { 'content-type': 'application/json' }), ...answer.headers });
  if (!isJson) response.end(answer.body);
  else response.end(answer.json === undefined ? undefined : JSON.stringify(answer.json));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
