import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN, startBridge } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';

test('what Node compiled is kept for the next start once the bridge is ready, also of one that is killed then', async () => {
  const bridge = await startBridge({ main: MAIN, env: { NODE_COMPILE_CACHE: 'compiled' } });
  const kept = () => readdirSync(join(bridge.folder, 'compiled'), { recursive: true });
  await soon(() => expect(kept().length).toBeGreaterThan(100));
  await bridge.kill();
});
