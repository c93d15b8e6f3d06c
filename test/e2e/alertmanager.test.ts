import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { MAIN, startBridge } from '../support/bridge.ts';

const BATCH = join(import.meta.dirname, '..', 'fixtures', 'alertmanager', 'batch.json');

test('a batch of Alertmanager is one incident for each alert', async () => {
  const secret = 'the-alertmanager-secret';
  const bridge = await startBridge({ main: MAIN, env: { ALERTMANAGER_SECRETS: secret } });
  const post = (body: Uint8Array) => bridge.post('/webhooks/alertmanager', alertmanager.sign(body, secret, Date.now()));

  const batch = await post(readFileSync(BATCH));
  expect(batch).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(new Set(batch.body.incidents).size).toBe(3);
});
