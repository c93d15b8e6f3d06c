import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startChat } from '../e2e/chat.ts';
import { type Bridge, startBridge } from '../support/bridge.ts';
import { incidentsOf } from '../support/incidents-of.ts';
import { MEASURED, type Measured } from '../support/measured.ts';
import { startMixedLoad } from '../support/mixed-load.ts';
import { NOTING_RUNBOOK } from '../support/noting-runbook.ts';
import { randomFrom } from '../support/random.ts';

const LASTS_MS = Number(process.env.SOAK_SECONDS ?? 600) * 1_000;
const MEASURE_EVERY_MS = Math.min(5_000, LASTS_MS / 30);
const SETTLED_WITHIN_S = 90;
const MB = 1024 * 1024;

interface Sample extends Measured {
  readonly seconds: number;
  readonly database: number; // bytes
  readonly wal: number; // bytes
}

/** How much higher the median of the last third may be than that of the second; the first is for warming up. */
const MOST_MORE: Readonly<Record<Exclude<keyof Sample, 'seconds' | 'wal'>, number>> = {
  rss: 24 * MB,
  heap: 6 * MB,
  files: 12,
  sockets: 12,
  timers: 24,
  listeners: 0,
  database: 12 * MB, // it keeps the ids of presses for 72 h
};
const MOST_WAL = 66 * MB; // it is cut to 64 MB

// F39; F6 to F11, F13, F31, F35 and F36 at once
test(
  'mixed load with faults: memory, handles, listeners and the database stay as they are, and all is shown in the end',
  async () => {
    const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
    process.stdout.write(`seed ${seed}\n`);
    const chat = await startChat();
    const bridge = await startBridge({
      main: join(import.meta.dirname, '..', 'support', 'measured-main.ts'),
      env: {
        HTTP_CHAT_URL: chat.url,
        BLIND_CHAT_URL: chat.url,
        ROUTE_DEFAULT: 'http-chat:ops, http-chat:managers, blind-chat:blind, console',
        RETENTION_MS: '20000',
        MEASURE_EVERY_MS: String(MEASURE_EVERY_MS),
      },
      files: NOTING_RUNBOOK,
    });
    const samples = sampling(bridge);
    const load = startMixedLoad(bridge, chat, randomFrom(seed));
    await new Promise((resolve) => setTimeout(resolve, LASTS_MS));
    const done = await load.stop();

    process.stdout.write(`${table(samples)}\n${JSON.stringify(done)}\n`);
    const [middle, end] = [thirdOf(samples, 1), thirdOf(samples, 2)];
    const more = Object.keys(MOST_MORE).map((what) => {
      const name = what as keyof typeof MOST_MORE;
      return { name, more: median(end.map((one) => one[name])) - median(middle.map((one) => one[name])) };
    });
    expect(more.filter(({ name, more }) => more > MOST_MORE[name])).toEqual([]);
    expect(Math.max(...samples.map(({ wal }) => wal))).toBeLessThan(MOST_WAL);
    expect(done.stored).toBeGreaterThan((LASTS_MS / 1_000) * 5);
    expect(done.unexpected).toEqual([]);

    await settled(bridge);
    expect(await bridge.stop()).toBe(0);
  },
  LASTS_MS + 300_000,
);

/** Every card is as it should be, or was deleted twice: then it is meant to be gone. */
async function settled(bridge: Bridge): Promise<void> {
  const began = performance.now();
  for (;;) {
    const all = (await incidentsOf(bridge)).flatMap(({ deliveries }) => deliveries);
    const waiting = all.filter(({ state }) => state !== 'delivered' && state !== 'dead');
    const seconds = Math.round((performance.now() - began) / 1_000);
    if (waiting.length === 0) return void process.stdout.write(`all was shown ${seconds} s after the last trouble\n`);
    expect(seconds, JSON.stringify(waiting)).toBeLessThan(SETTLED_WITHIN_S);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Each line in which it says what it holds, with the sizes of its files at that moment. */
function sampling(bridge: Bridge): readonly Sample[] {
  const samples: Sample[] = [];
  const began = performance.now();
  const path = join(bridge.folder, 'data', 'tocsin.db');
  bridge.child.stdout?.on('data', (text: string) => {
    for (const line of text.split('\n').filter((line) => line.startsWith(MEASURED)))
      samples.push({
        seconds: Math.round((performance.now() - began) / 1_000),
        ...(JSON.parse(line.slice(MEASURED.length)) as Measured),
        database: statSync(path).size,
        wal: statSync(`${path}-wal`).size,
      });
  });
  return samples;
}

function table(samples: readonly Sample[]): string {
  const inMb = (bytes: number) => (bytes / MB).toFixed(1);
  const rows = samples.map(({ seconds, rss, heap, files, sockets, timers, listeners, database, wal }) => [
    seconds,
    ...[rss, heap, database, wal].map(inMb),
    ...[files, sockets, timers, listeners],
  ]);
  const head = ['s', 'rss MB', 'heap MB', 'db MB', 'wal MB', 'files', 'sockets', 'timers', 'listeners'];
  return [head, ...rows].map((row) => row.map((cell) => String(cell).padStart(9)).join(' ')).join('\n');
}

const thirdOf = (samples: readonly Sample[], third: 0 | 1 | 2): readonly Sample[] =>
  samples.slice(Math.floor((samples.length * third) / 3), Math.floor((samples.length * (third + 1)) / 3));

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
