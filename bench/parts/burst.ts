import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'undici';
import { type Contender, type Running, SECRET, start, TOCSIN } from '../contender.ts';
import { acknowledge, allIncidents, get } from '../load/api.ts';
import { send } from '../load/connections.ts';
import { isShown } from '../load/events.ts';
import { pace } from '../load/pace.ts';
import { webhooks } from '../load/webhooks.ts';
import { type Part, type Row, under } from '../section.ts';
import { percentile, spreadOf } from '../statistics.ts';

const COUNT = 10_000;
const PER_SECOND = 1_000;
const TO_REACH = { answerMs: 250, megabytes: 300, pressMs: 1_000 };
const RIGHT_WITHIN_MS = 60_000;

/** A storm of alerts, and somebody who presses a button in the middle of it. */
export const burst: Part = {
  name: 'burst',
  about: '10,000 webhooks in 10 s, and a press in the middle of them',
  async measure({ rounds }) {
    const storms: Storm[] = [];
    for (let round = 0; round < rounds; round++) storms.push(await storm(TOCSIN));
    return {
      title: 'Burst: 10,000 webhooks of 10,000 monitors in 10 s',
      about: [
        `Rounds: ${rounds}, each with a fresh process that is not warm. All were answered 2xx, and in the end every card was right.`,
        'A time to answer begins when the webhook was due to be sent.',
      ],
      rows: rowsOf(storms),
    };
  },
};

/** Milliseconds and megabytes. */
export interface Storm {
  readonly answers: readonly number[];
  readonly press: number;
  readonly right: number; // from the last answer until every card is right
  readonly peakMegabytes: number;
  readonly longestBlockMs: number;
}

export function rowsOf(storms: readonly Storm[]): readonly Row[] {
  const of = (value: (storm: Storm) => number) => spreadOf(storms.map(value));
  const p99 = of(({ answers }) => percentile(answers, 0.99));
  const press = of((storm) => storm.press);
  const peak = of((storm) => storm.peakMegabytes);
  return [
    { what: 'answer, p50', unit: 'ms', figures: of(({ answers }) => percentile(answers, 0.5)) },
    { what: 'answer, p99', unit: 'ms', figures: p99, target: under(TO_REACH.answerMs, 'ms', p99.median) },
    { what: 'answer, the slowest', unit: 'ms', figures: of(({ answers }) => Math.max(...answers)) },
    {
      what: 'press in the middle, answered',
      unit: 'ms',
      figures: press,
      target: under(TO_REACH.pressMs, 'ms', press.high),
    },
    { what: 'last answer to every card right', unit: 'ms', figures: of((storm) => storm.right) },
    {
      what: 'resident memory at its most',
      unit: 'MB',
      figures: peak,
      target: under(TO_REACH.megabytes, 'MB', peak.high),
    },
  ];
}

export async function storm(contender: Contender, count = COUNT): Promise<Storm> {
  const all = webhooks(count, SECRET);
  const running = await start(contender);
  await running.observe();
  let first = '';
  let press = Number.NaN;
  const answers = await pace(
    running.url,
    PER_SECOND,
    all.map((one, index) => async (client) => {
      const answer = await send(client, one);
      first ||= JSON.parse(answer).incidents[0];
      if (index === count / 2)
        void pressed().then((ms) => {
          press = ms;
        });
    }),
  );
  const answeredAt = performance.now();

  async function pressed(): Promise<number> {
    const client = new Client(running.url);
    const pressedAt = performance.now();
    await acknowledge(client, first);
    const ms = performance.now() - pressedAt;
    await client.close();
    return ms;
  }

  const rightAt = await nothingWaits(running);
  const observed = await running.observe();
  await checkAll(
    running,
    all.map(({ key }) => key),
  );
  await running.kill();
  return { answers, press, right: rightAt - answeredAt, ...observed };
}

async function nothingWaits({ url }: Running): Promise<number> {
  const client = new Client(url);
  const deadline = performance.now() + RIGHT_WITHIN_MS;
  try {
    for (;;) {
      const waiting = /^tocsin_lane_depth\{.*\} (\d+)$/m.exec(await get(client, '/metrics'))?.[1];
      const now = performance.now();
      if (waiting === '0') return now;
      if (now > deadline) throw new Error(`${waiting} cards are not right after ${RIGHT_WITHIN_MS} ms.`);
      await wait(20);
    }
  } finally {
    await client.close();
  }
}

/** Nothing was lost, and nothing is there twice. */
async function checkAll({ url }: Running, keys: readonly string[]): Promise<void> {
  const incidents = await allIncidents(url);
  const wrong = incidents.filter((incident) => !isShown(incident));
  const known = new Set(incidents.map(({ key }) => key));
  const lost = keys.filter((key) => !known.has(key));
  if (lost.length > 0) throw new Error(`${lost.length} incidents are not there, such as ${lost[0]}.`);
  if (wrong.length > 0) throw new Error(`${wrong.length} cards are not right, such as that of ${wrong[0]?.key}.`);
  if (incidents.length !== keys.length) throw new Error(`There are ${incidents.length} incidents of ${keys.length}.`);
}
