import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { drain, listen } from '../../src/receiver/listening.ts';
import { clockAt } from '../support/clock.ts';

const HOST = '127.0.0.1';

test('a port that is taken is a fault with its cure', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  await once(other.listen(0, HOST), 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(listen(fastify(), { host: HOST, port })).rejects.toMatchObject({
    faults: [
      { place: 'PORT', message: `${HOST}:${port} is taken`, cure: expect.stringContaining('another') as string },
    ],
  });
});

test.each([
  [{ host: HOST }, /^http:\/\/127\.0\.0\.1:\d+$/],
  [{ host: HOST, tls: {} }, /^https:\/\/127\.0\.0\.1:\d+$/],
])('where it listens is told as an address: %j', async (place, url) => {
  const server = fastify();
  onTestFinished(() => server.close());
  expect(await listen(server, { ...place, port: 0 })).toMatch(url);
});

test('who asks while it drains is still answered, and after that nobody is', async () => {
  const server = fastify();
  server.get('/', async () => 'well');
  const url = await listen(server, { host: HOST, port: 0 });
  const farewell = Promise.withResolvers<void>();
  const drained = drain(server, { wait: () => farewell.promise });
  expect(await (await fetch(url)).text()).toBe('well');
  farewell.resolve();
  await drained;
  await expect(fetch(url)).rejects.toThrow();
});

test('a server that never listened closes at once', async () => {
  const server = fastify();
  await drain(server, clockAt());
  expect(server.server.listening).toBe(false);
});
