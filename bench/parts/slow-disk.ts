import { type Contender, SECRET, start, TOCSIN } from '../contender.ts';
import { flood } from '../load/flood.ts';
import { webhooks } from '../load/webhooks.ts';
import { type Part, type Row, under } from '../section.ts';
import { percentile, spreadOf } from '../statistics.ts';
import { type Storm, storm } from './burst.ts';
import { type Waits, waits } from './latency.ts';

const SLOW: Contender = { ...TOCSIN, preload: ['slow-commit.ts'] };
const FLOODED = 6_000; // webhooks, the first third to warm up
const STORM = 3_000; // webhooks, in 3 s
const TO_REACH_MS = 50; // the event loop stands still

/** The same on a disk where each commit takes 20 ms more, which blocks whoever waits for it in its own thread. */
export const slowDisk: Part = {
  name: 'slow-disk',
  about: 'the same with 20 ms more for each commit, and how long the event loop stands still',
  async measure({ rounds }) {
    const floods: Flood[] = [];
    const calm: Waits[] = [];
    const storms: Storm[] = [];
    for (let round = 0; round < rounds; round++) {
      floods.push(await flooded());
      calm.push(await waits(SLOW));
      storms.push(await storm(SLOW, STORM));
    }
    return {
      title: 'Slow disk: each flush takes 20 ms more, and stops the thread that waits for it',
      about: [`Rounds: ${rounds}. The storm is one of 1,000 webhooks a second for 3 s.`],
      rows: [
        { what: 'ingest', unit: '/s', figures: spreadOf(floods.map(({ rate }) => rate)) },
        ...percentiles('webhook sent to its card shown', calm, ({ webhook }) => webhook),
        ...percentiles('press on Acknowledge to shown', calm, ({ press }) => press),
        ...percentiles('storm: answer', storms, ({ answers }) => answers),
        {
          what: 'storm: press in the middle, answered',
          unit: 'ms',
          figures: spreadOf(storms.map(({ press }) => press)),
        },
        {
          what: 'storm: last answer to every card right',
          unit: 'ms',
          figures: spreadOf(storms.map(({ right }) => right)),
        },
        blocked('event loop blocked, ingest', floods),
        blocked('event loop blocked, at 50 a second', calm),
        blocked('event loop blocked, storm', storms),
      ],
    };
  },
};

interface Flood {
  readonly rate: number;
  readonly longestBlockMs: number;
}

async function flooded(): Promise<Flood> {
  const all = webhooks(FLOODED, SECRET);
  const running = await start(SLOW);
  await flood(running.url, all.slice(0, FLOODED / 3));
  await running.observe();
  const rate = await flood(running.url, all.slice(FLOODED / 3));
  const { longestBlockMs } = await running.observe();
  await running.kill();
  return { rate, longestBlockMs };
}

function percentiles<T>(what: string, rounds: readonly T[], of: (round: T) => readonly number[]): readonly Row[] {
  return [0.5, 0.99].map((share) => ({
    what: `${what}, p${share * 100}`,
    unit: 'ms',
    figures: spreadOf(rounds.map((round) => percentile(of(round), share))),
  }));
}

function blocked(what: string, rounds: readonly { readonly longestBlockMs: number }[]): Row {
  const figures = spreadOf(rounds.map(({ longestBlockMs }) => longestBlockMs));
  return { what, unit: 'ms', figures, target: under(TO_REACH_MS, 'ms', figures.high) };
}
