import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../src/cli/demo-bridge.ts';
import { dropFolder, newFolder, owned } from './leftovers.ts';

export interface Redis {
  readonly port: number;
  kill(): Promise<void>;
}

const READY_WITHIN_MS = 10_000;

export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

/** An empty one that answers only what is on the disk. https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
export async function startRedis(): Promise<Redis> {
  const folder = newFolder();
  const port = await freePort();
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
  };
  const child = owned(
    spawn(
      'redis-server',
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      { stdio: 'ignore' },
    ),
  );
  const gone = once(child, 'exit');
  await listening(port);
  return {
    port,
    async kill() {
      child.kill('SIGKILL');
      await gone;
      dropFolder(folder);
    },
  };
}

async function listening(port: number): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (cause) {
      if (performance.now() > deadline) throw new Error('redis-server does not listen.', { cause });
      await wait(20);
    } finally {
      socket.destroy();
    }
  }
}
