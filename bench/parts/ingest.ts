import { type Contender, SECRET, start, TOCSIN } from '../contender.ts';
import { CONNECTIONS } from '../load/connections.ts';
import { flood } from '../load/flood.ts';
import { webhooks } from '../load/webhooks.ts';
import { hasRedis, startRedis } from '../redis.ts';
import { interleaved } from '../rounds.ts';
import { atLeast, type Part, type Row, ratiosOf } from '../section.ts';
import { spreadOf } from '../statistics.ts';

const WARM_UP = 8_000; // webhooks: what is compiled late is compiled by then
const COUNTED = 16_000; // in each round

interface Rival extends Contender {
  readonly atLeast: number; // what Tocsin is to reach of it
  readonly needsRedis?: true;
}
const RIVALS: readonly Rival[] = [
  { name: 'Express 5, as in tutorials: stores nothing', main: 'contenders/express.ts', atLeast: 1 },
  { name: 'the same Fastify route, storing nothing', main: 'contenders/storing-nothing.ts', atLeast: 0.5 },
  {
    name: 'the same route, BullMQ, Redis with appendfsync always',
    main: 'contenders/bullmq.ts',
    atLeast: 1.5,
    needsRedis: true,
  },
];

/** How many webhooks a second are answered 200. */
export const ingest: Part = {
  name: 'ingest',
  about: 'durable ingest of Tocsin beside receivers that store less',
  async measure({ rounds }) {
    const rivals = RIVALS.filter(({ needsRedis }) => !needsRedis || hasRedis());
    const [warmUp, counted] = [webhooks(WARM_UP, SECRET, 'warm'), webhooks(COUNTED, SECRET)];
    const rates = await interleaved<Contender | Rival, number>([TOCSIN, ...rivals], rounds, async (contender) => {
      const redis = 'needsRedis' in contender ? await startRedis() : undefined;
      const running = await start({ ...contender, ...(redis && { env: { REDIS_PORT: String(redis.port) } }) });
      await flood(running.url, warmUp);
      const rate = await flood(running.url, counted);
      await running.kill();
      await redis?.kill();
      return rate;
    });
    const ofTocsin = rates.get(TOCSIN) ?? [];
    return {
      title: 'Ingest: signed, distinct webhooks answered 2xx a second',
      about: [
        `${COUNTED.toLocaleString('en-US')} webhooks over ${CONNECTIONS} connections after ${WARM_UP.toLocaleString('en-US')} to warm up. Rounds: ${rounds}, each with a fresh process and an empty database.`,
        'Tocsin also draws every card meanwhile; on the jobs of BullMQ nobody works.',
        ...(hasRedis() ? [] : ['BullMQ is skipped: there is no redis-server here (apt-get install redis-server).']),
      ],
      versus: 'Tocsin to it',
      rows: [
        { what: TOCSIN.name, unit: '/s', figures: spreadOf(ofTocsin) },
        ...rivals.map((rival): Row => {
          const values = rates.get(rival) ?? [];
          const ratio = ratiosOf(ofTocsin, values);
          return {
            what: rival.name,
            unit: '/s',
            figures: spreadOf(values),
            ratio,
            target: atLeast(rival.atLeast, ratio),
          };
        }),
      ],
    };
  },
};
