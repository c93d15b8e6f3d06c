import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../src/domain/ports.ts';
import { sampleCard } from '../contracts/adapter.ts';
import { httpChat } from '../support/http-chat/platform.ts';

test('the chat server runs as a process of its own, with its reins over HTTP', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/http-chat/main.ts')]);
  const [port] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${String(port).trim()}`;
  const control = (path: string, body: unknown) =>
    fetch(`${url}/control/${path}`, { method: 'POST', body: JSON.stringify(body) });

  const adapter = httpChat.connect({ url }, {} as Host); // it asks nothing of its host
  const post = () =>
    adapter.post({ channel: 'ops', once: 'a.0', deadline: AbortSignal.timeout(5_000) }, httpChat.render(sampleCard));
  await control('script', { times: 1, trouble: { kind: 'status', status: 503 } });
  await expect(post()).rejects.toMatchObject({ failure: { reason: 'unavailable' } });
  const message = await post();
  await control('delete', { channel: 'ops', message: message.id });
  const log = (await (await fetch(`${url}/control/log`)).json()) as { kind: string }[];
  expect(log.map(({ kind }) => kind)).toEqual(['troubled', 'created', 'deleted']);

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
