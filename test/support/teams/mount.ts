import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Adapter } from '../../../src/domain/ports.ts';

/** Serves the adapter's endpoint as the receiver does. Answers where. It ends with the test. */
export async function mounted({ endpoints = [] }: Adapter): Promise<string> {
  const server = createServer(async (request, response) => {
    const endpoint = endpoints.find(({ method, path }) => method === request.method && path === request.url);
    if (endpoint === undefined || !('handle' in endpoint)) return response.writeHead(404).end();
    const { method = '', headers } = request;
    const body = await buffer(request);
    const answer = await endpoint.handle({ method, query: new URLSearchParams(), headers, body });
    response.writeHead(answer.status, { ...answer.headers }).end(answer.body ?? '');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
