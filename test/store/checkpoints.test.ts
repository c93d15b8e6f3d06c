import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createCheckpoints } from '../../src/store/checkpoints.ts';
import { freshPath } from './samples.ts';

test('pages that cannot be moved hold up nothing, and are told once', async () => {
  const lines: string[] = [];
  const writing = new DatabaseSync(':memory:');
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const checkpoints = createCheckpoints(await freshPath(), writing, log);
  onTestFinished(() => checkpoints.close());
  writing.close(); // as where the disk is gone
  await checkpoints.due();
  await checkpoints.due();
  expect(lines).toEqual([expect.stringContaining('could not be moved into the database')]);
});
