import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAIN, soon, startBridge } from '../support/bridge.ts';
import { maySmallDisk, smallDisk } from '../support/small-disk.ts';

describe.skipIf(!maySmallDisk())('a bridge whose disk is full', () => {
  const started = async () => {
    const disk = smallDisk();
    const env = { DATABASE_URL: `sqlite:${join(disk.folder, 'tocsin.db')}` };
    const bridge = await startBridge({ main: MAIN, env });
    expect((await bridge.send('Production API', 'firing')).status).toBe(200);
    return { disk, env, bridge };
  };

  test('after a crash it starts all the same: it shows what it has, takes nothing, says why, and goes on when there is room', async () => {
    const { disk, env, bridge: first } = await started();
    await first.kill();
    disk.fill();

    const bridge = await startBridge({ main: MAIN, env, after: first });
    const ready = await fetch(`${bridge.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reasons: ['the disk is full'] });
    await soon(() => expect(bridge.output()).toContain('nothing can be stored'));
    expect(await bridge.send('Checkout', 'firing')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    const { incidents } = await bridge.api<{ incidents: { title: string }[] }>('/incidents');
    expect(incidents).toMatchObject([{ title: 'Production API is down' }]);

    disk.makeRoom();
    await soon(async () => expect((await fetch(`${bridge.url}/readyz`)).status).toBe(200));
    expect((await bridge.send('Checkout', 'firing')).status).toBe(200);
    expect(await bridge.stop()).toBe(0);
  });

  test('where not even the files beside it can be made, the start is refused, and says that nothing is lost', async () => {
    const { disk, env, bridge: first } = await started();
    expect(await first.stop()).toBe(0);
    disk.fill();
    const { size } = statSync(join(disk.folder, 'tocsin.db'));

    const refused = await startBridge({ main: MAIN, env, after: first }).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(refused).toContain('tocsin.db cannot be opened: its disk is full');
    expect(refused).toContain('Nothing is lost');
    expect(statSync(join(disk.folder, 'tocsin.db')).size).toBe(size);

    disk.makeRoom();
    const bridge = await startBridge({ main: MAIN, env, after: first });
    expect((await bridge.api<{ incidents: unknown[] }>('/incidents')).incidents).toHaveLength(1);
  });
});
