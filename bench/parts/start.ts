import { Client } from 'undici';
import { type Contender, type Running, SECRET, start, TOCSIN } from '../contender.ts';
import { send } from '../load/connections.ts';
import { webhooks } from '../load/webhooks.ts';
import { interleaved } from '../rounds.ts';
import { type Part, type Row, under } from '../section.ts';
import { spreadOf } from '../statistics.ts';

const TO_REACH_MS = 1_000;
const EXPRESS: Contender = { name: 'Express 5, as in tutorials', main: 'contenders/express.ts' };

/** From asking for the process to the first webhook that it answers 200. */
export const startUp: Part = {
  name: 'start',
  about: 'cold start to the first 200',
  async measure({ rounds }) {
    const [first, second] = webhooks(2, SECRET) as unknown as readonly [Webhook, Webhook];
    const contenders: readonly Case[] = [
      { name: 'Tocsin, in an empty folder', measure: () => once(TOCSIN, first) },
      { name: 'Tocsin, again in its folder', measure: () => again(TOCSIN, first, second) },
      { name: EXPRESS.name, measure: () => once(EXPRESS, first) },
    ];
    const times = await interleaved(contenders, rounds + 2, ({ measure }) => measure());
    return {
      title: 'Start: from starting the process to its first 200 to a webhook',
      about: [`Rounds: ${rounds + 2}.`],
      rows: contenders.map((one): Row => {
        const figures = spreadOf(times.get(one) ?? []);
        const target = one.name.startsWith('Tocsin') ? { target: under(TO_REACH_MS, 'ms', figures.median) } : {};
        return { what: one.name, unit: 'ms', figures, ...target };
      }),
    };
  },
};

type Webhook = Parameters<typeof send>[1];
interface Case {
  readonly name: string;
  measure(): Promise<number>;
}

async function once(contender: Contender, webhook: Webhook): Promise<number> {
  const running = await start(contender);
  const ms = await firstAnswer(running, webhook);
  await running.kill();
  return ms;
}

async function again(contender: Contender, first: Webhook, second: Webhook): Promise<number> {
  const before = await start(contender);
  await firstAnswer(before, first);
  await before.stop();
  const running = await start(contender, before.folder);
  const ms = await firstAnswer(running, second);
  await running.kill();
  return ms;
}

/** Milliseconds since its process was asked for. */
export async function firstAnswer({ url, startedAt }: Running, webhook: Webhook): Promise<number> {
  const client = new Client(url);
  await send(client, webhook);
  const ms = performance.now() - startedAt;
  await client.close();
  return ms;
}
