import { type Contender, SECRET, start, TOCSIN } from '../contender.ts';
import { acknowledge } from '../load/api.ts';
import { send } from '../load/connections.ts';
import { pace } from '../load/pace.ts';
import { watch } from '../load/seen.ts';
import { type SignedWebhook, webhooks } from '../load/webhooks.ts';
import { type Part, type Row, under } from '../section.ts';
import { percentile, spreadOf } from '../statistics.ts';

const PER_SECOND = 50;
const STREAMS = 5;
const WARM_UP = 50; // of each kind
const COUNTED = 200;
const TO_REACH_MS = 50; // p99

/** How long people wait to see what happened. */
export const latency: Part = {
  name: 'latency',
  about: 'webhook or press to every open event stream',
  async measure({ rounds }) {
    const measured: Waits[] = [];
    for (let round = 0; round < rounds; round++) measured.push(await waits(TOCSIN));
    return {
      title: 'Latency: until every open event stream shows the card as it is now',
      about: [
        `${PER_SECOND} a second, ${COUNTED} of each after ${WARM_UP} to warm up, ${STREAMS} open streams. Rounds: ${rounds}.`,
      ],
      rows: rowsOf(measured),
    };
  },
};

/** Milliseconds, of each. */
export interface Waits {
  readonly webhook: readonly number[];
  readonly press: readonly number[];
  readonly longestBlockMs: number;
}

export function rowsOf(measured: readonly Waits[]): readonly Row[] {
  const row = (what: string, of: 'webhook' | 'press', share: number): Row => {
    const figures = spreadOf(measured.map((waits) => percentile(waits[of], share)));
    const target = share < 0.99 ? {} : { target: under(TO_REACH_MS, 'ms', figures.median) };
    return { what: `${what}, p${share * 100}`, unit: 'ms', figures, ...target };
  };
  return [
    row('webhook sent to its card shown', 'webhook', 0.5),
    row('webhook sent to its card shown', 'webhook', 0.99),
    row('press on Acknowledge to shown', 'press', 0.5),
    row('press on Acknowledge to shown', 'press', 0.99),
  ];
}

/** First webhooks at a steady rate, then a press on each of their incidents. */
export async function waits(contender: Contender): Promise<Waits> {
  const running = await start(contender);
  const watching = await watch(running.url, STREAMS);
  const waitsFor = async (
    all: readonly SignedWebhook[],
    status: string,
    act: (one: SignedWebhook, client: Parameters<typeof send>[0]) => Promise<unknown>,
  ) => {
    const times: Promise<number>[] = [];
    await pace(
      running.url,
      PER_SECOND,
      all.map((one) => (client) => {
        const sentAt = performance.now();
        times.push(watching.shown({ key: one.key, status }).then((at) => at - sentAt));
        return act(one, client);
      }),
    );
    return Promise.all(times);
  };
  const sent = (one: SignedWebhook, client: Parameters<typeof send>[0]) => send(client, one);
  const pressed = ({ key }: SignedWebhook, client: Parameters<typeof send>[0]) =>
    acknowledge(client, watching.idOf(key));
  const [warmUp, counted] = [webhooks(WARM_UP, SECRET, 'warm'), webhooks(COUNTED, SECRET)];
  await waitsFor(warmUp, 'firing', sent);
  await waitsFor(warmUp, 'acknowledged', pressed);
  await running.observe();
  const webhook = await waitsFor(counted, 'firing', sent);
  const press = await waitsFor(counted, 'acknowledged', pressed);
  const { longestBlockMs } = await running.observe();
  watching.close();
  await running.kill();
  return { webhook, press, longestBlockMs };
}
