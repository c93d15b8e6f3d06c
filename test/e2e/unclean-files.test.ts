import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Bridge, type BridgeOptions, MAIN, newPlace, startBridge } from '../support/bridge.ts';
import { incidentsOf, monitorOf } from '../support/incidents-of.ts';
import { maySmallDisk, smallDisk } from '../support/small-disk.ts';
import { soon } from '../support/soon.ts';

const REFUSED_WITHIN_MS = 10_000;

/** What a start that is refused says. */
async function refusal(options: BridgeOptions): Promise<string> {
  const began = performance.now();
  const said = await startBridge({ main: MAIN, ...options }).then(
    () => 'it started',
    (error: Error) => error.message,
  );
  expect(performance.now() - began).toBeLessThan(REFUSED_WITHIN_MS);
  return said;
}

const ready = async ({ url }: Bridge) => {
  const response = await fetch(`${url}/readyz`);
  const { reasons } = (await response.json()) as { readonly reasons: readonly string[] };
  return { status: response.status, reasons };
};

// F17
test.for<readonly [string, () => Buffer]>([
  ['is something else', () => Buffer.from('dear diary, '.repeat(1_000))],
  [
    'begins well and is garbage then',
    () => Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_176, 0x5a)]),
  ],
])(
  'a database that %s: the start is refused with its path and the cure, and the file stays as it is',
  async ([, make]) => {
    const place = newPlace();
    const path = join(place.folder, 'data', 'tocsin.db');
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(path, make());
    const said = await refusal({ after: place });
    expect(said).toContain(`DATABASE_URL: ${path} cannot be used as a database`);
    expect(said).toContain(
      'cure: Name another file, or move this one and its -wal and -shm files away and put a backup there.',
    );
    expect(readFileSync(path)).toEqual(make());
  },
);

// F16: another way than a full disk, for SQLite
describe.skipIf(spawnSync('prlimit', ['--version']).status !== 0)('a bridge whose writes fail', () => {
  const limitWrites = ({ child }: Bridge, bytes: number | 'unlimited') =>
    void execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:`]);

  test('under load: it acknowledges nothing that it has not stored, says why, and goes on by itself when they work again', async () => {
    const bridge = await startBridge({ main: MAIN });
    const acknowledged: string[] = [];
    const refused = new Set<number>();
    let isSending = true;
    const sending = Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        for (let n = 0; isSending; n++) {
          const monitor = `monitor ${lane} ${n}`;
          const status = await bridge.send(monitor, 'firing').then(
            (answer) => answer.status,
            () => 0,
          );
          if (status === 200) acknowledged.push(monitor);
          else refused.add(status);
        }
      }),
    );
    await soon(() => expect(acknowledged.length).toBeGreaterThan(20));
    limitWrites(bridge, 1);
    await soon(async () =>
      expect(await ready(bridge)).toMatchObject({ status: 503, reasons: ['the disk reports an error'] }),
    );
    const before = acknowledged.length;
    expect(await bridge.send('Checkout', 'firing')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(acknowledged).toHaveLength(before);

    limitWrites(bridge, 'unlimited');
    await soon(async () => expect((await ready(bridge)).status).toBe(200));
    await soon(() => expect(acknowledged.length).toBeGreaterThan(before + 20));
    isSending = false;
    await sending;
    expect(refused).toEqual(new Set([503]));
    expect(bridge.output().split('nothing can be stored').length - 1).toBe(1); // the log does not fill with it

    await bridge.kill();
    const next = await startBridge({ main: MAIN, after: bridge });
    const kept = new Set((await incidentsOf(next)).map(monitorOf));
    expect(acknowledged.filter((monitor) => !kept.has(monitor))).toEqual([]);
  });

  test('at its start: it is refused, says that the disk is at fault, and leaves the file alone', async () => {
    const bridge = await startBridge({ main: MAIN });
    await bridge.send('Production API', 'firing');
    expect(await bridge.stop()).toBe(0);
    const path = join(bridge.folder, 'data', 'tocsin.db');
    const bytes = readFileSync(path);

    const said = await refusal({ after: bridge, by: ['prlimit', '--fsize=1'] });
    expect(said).toMatch(/tocsin\.db cannot be opened: the disk reports an error/);
    expect(readFileSync(path)).toEqual(bytes);
    expect(await incidentsOf(await startBridge({ main: MAIN, after: bridge }))).toHaveLength(1);
  });
});

// F17
describe.skipIf(!maySmallDisk())('a bridge whose disk is read-only', () => {
  test('is refused at its start with the cause, and starts with all it had when the disk can be written', async () => {
    const disk = smallDisk();
    const path = join(disk.folder, 'tocsin.db');
    const env = { DATABASE_URL: `sqlite:${path}` };
    const bridge = await startBridge({ main: MAIN, env });
    await bridge.send('Production API', 'firing');
    expect(await bridge.stop()).toBe(0);
    const { size } = statSync(path);
    disk.remount('ro');

    const said = await refusal({ env, after: bridge });
    expect(said).toContain(`DATABASE_URL: ${path} cannot be opened`);
    expect(said).toContain('read-only');
    expect(statSync(path).size).toBe(size);

    disk.remount('rw');
    expect(await incidentsOf(await startBridge({ main: MAIN, env, after: bridge }))).toHaveLength(1);
  });
});
