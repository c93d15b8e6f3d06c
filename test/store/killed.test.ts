import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { freshPath, openAt } from './samples.ts';

const KILLS = 3;
const WRITTEN = 300; // acknowledged changes before each kill

test('what was acknowledged is there after SIGKILL, and the file can be opened at once', async () => {
  const path = await freshPath();
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writes-until-killed.ts'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let lines = 0;
    for await (const id of createInterface({ input: child.stdout })) {
      acknowledged.push(id);
      if (++lines === WRITTEN) child.kill('SIGKILL');
    }
    expect((await ended)[1]).toBe('SIGKILL');
  }

  const store = await openAt(path);
  const found = new Set<string>();
  for (let at = 0; at < acknowledged.length; at += 100)
    for (const { incident } of await store.views(acknowledged.slice(at, at + 100))) found.add(incident.id);
  expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * WRITTEN);
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
  await store.close();
  const database = new DatabaseSync(path);
  expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
  database.close();
});
