import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { openStore } from '../../src/store/index.ts';
import { incident, line } from './incidents.ts';

/** A process that stores incidents as fast as it can, says the id of each that was acknowledged, and is killed. */
const [path = ''] = process.argv.slice(2);
const store = await openStore({
  url: `sqlite:${path}`,
  role: 'server',
  retention: () => 86_400_000,
  clock: {
    now: Date.now,
    monotonic: () => performance.now(),
    wait: (ms, signal) => wait(ms, undefined, signal && { signal }),
  },
  log: pino({ level: 'silent' }),
});

await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (;;) {
      const opened = incident();
      await store.change({
        once: opened.id,
        decide: () => ({ changes: [{ incident: opened, timeline: [line('opened')] }], answer: undefined }),
      });
      process.stdout.write(`${opened.id}\n`);
    }
  }),
);
