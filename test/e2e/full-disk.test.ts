import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAIN, startBridge } from '../support/bridge.ts';
import { incidentsOf, monitorOf } from '../support/incidents-of.ts';
import { maySmallDisk, smallDisk } from '../support/small-disk.ts';
import { soon } from '../support/soon.ts';

describe.skipIf(!maySmallDisk())('a bridge whose disk is full', () => {
  const started = async () => {
    const disk = smallDisk();
    const env = { DATABASE_URL: `sqlite:${join(disk.folder, 'tocsin.db')}` };
    const bridge = await startBridge({ main: MAIN, env });
    expect((await bridge.send('Production API', 'firing')).status).toBe(200);
    return { disk, env, bridge };
  };

  // F16
  test('while webhooks come: it acknowledges nothing that it has not stored, says why, and goes on by itself when there is room', async () => {
    const { disk, env, bridge } = await started();
    const answers: { readonly monitor: string; readonly status: number }[] = [];
    let isSending = true;
    const sending = (async () => {
      for (let n = 0; isSending; n++) {
        const monitor = `monitor ${n}`;
        answers.push({ monitor, status: (await bridge.send(monitor, 'firing')).status });
      }
    })();
    await soon(() => expect(answers.length).toBeGreaterThan(10));
    disk.fill();
    await soon(() => expect(answers.at(-1)?.status).toBe(503));
    const ready = await fetch(`${bridge.url}/readyz`);
    expect(await ready.json()).toMatchObject({ reasons: ['the disk is full'] });
    disk.makeRoom();
    await soon(() => expect(answers.at(-1)?.status).toBe(200));
    isSending = false;
    await sending;

    await bridge.kill();
    const next = await startBridge({ main: MAIN, env, after: bridge });
    const kept = new Set((await incidentsOf(next)).map(monitorOf));
    expect(answers.filter(({ status, monitor }) => status === 200 && !kept.has(monitor))).toEqual([]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
  });

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
