import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN, startBridge } from '../support/bridge.ts';

test('a database that is deleted under a bridge: webhooks are 503, /readyz says why, the log how to mend it, a restart does', async () => {
  const bridge = await startBridge({ main: MAIN });
  expect((await bridge.send('Production API', 'firing')).status).toBe(200);
  const told = bridge.says('nothing can be stored');
  rmSync(join(bridge.folder, 'data'), { recursive: true });
  await told;
  expect(await bridge.send('Checkout', 'firing')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  const ready = await fetch(`${bridge.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ reasons: ['the database file was moved or deleted while it was open'] });
  expect(bridge.output()).toContain('restart Tocsin');

  expect(await bridge.stop()).toBe(0);
  const again = await startBridge({ main: MAIN, after: bridge });
  expect((await again.send('Checkout', 'firing')).status).toBe(200);
});
