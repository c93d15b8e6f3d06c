import { Client } from 'undici';
import { SECRET, start, TOCSIN, TOKEN } from '../contender.ts';
import { get } from '../load/api.ts';
import { flood } from '../load/flood.ts';
import { webhooks } from '../load/webhooks.ts';
import { interleaved } from '../rounds.ts';
import { type Part, type Row, ratiosOf, type Unit, within } from '../section.ts';
import { OPEN, type Seed, seed } from '../seed.ts';
import { median, spreadOf } from '../statistics.ts';
import { firstAnswer } from './start.ts';

const SIZES = [1_000, 10_000, 100_000]; // incidents
const LARGE = 1_000_000;
const TO_REACH = 2; // times the smallest
const LOOKS = 40;
const WARM_UP_LOOKS = 20;
const [WARM_UP, COUNTED] = [2_000, 4_000]; // webhooks

/** Whether a long history makes anything slower. */
export const size: Part = {
  name: 'size',
  about: 'the same with 1 k, 10 k and 100 k stored incidents; with --large also 1 M',
  async measure({ rounds, large }) {
    const seeds: Seed[] = [];
    for (const count of large ? [...SIZES, LARGE] : SIZES) seeds.push(await seed(count));
    const measured = await interleaved(seeds, rounds, figuresOf);
    for (const one of seeds) one.drop();
    return {
      title: `Size: with ever more incidents stored, of which ${OPEN} are open`,
      about: [
        `Rounds: ${rounds}, each with a fresh process on a fresh copy of the database.`,
        'After a kill the file is checked: up to 32 MB before it is used, more meanwhile.',
      ],
      versus: 'worse than the smallest',
      rows: FIGURES.flatMap((one) => rowsOf(one, measured)),
    };
  },
};

interface Figures {
  readonly ingest: number;
  readonly list: number;
  readonly page: number;
  readonly start: number;
  readonly startAfterKill: number;
  readonly bytes: number; // of the file, for each incident
}

const FIGURES: readonly { readonly what: string; readonly unit: Unit; readonly of: keyof Figures }[] = [
  { what: 'ingest', unit: '/s', of: 'ingest' },
  { what: '/api/incidents', unit: 'ms', of: 'list' },
  { what: 'the page /', unit: 'ms', of: 'page' },
  { what: 'start to first 200', unit: 'ms', of: 'start' },
  { what: 'start after a kill', unit: 'ms', of: 'startAfterKill' },
  { what: 'file, for each incident', unit: 'B', of: 'bytes' },
];

function rowsOf(
  { what, unit, of }: (typeof FIGURES)[number],
  measured: ReadonlyMap<Seed, readonly Figures[]>,
): readonly Row[] {
  const rows = [...measured].map(([{ count }, figures]) => ({ count, values: figures.map((one) => one[of]) }));
  const smallest = rows[0]?.values ?? [];
  return rows.map(({ count, values }, index) => {
    const row: Row = { what: `${what}, ${count.toLocaleString('en-US')}`, unit, figures: spreadOf(values) };
    if (index === 0) return row;
    const ratio = unit === '/s' ? ratiosOf(smallest, values) : ratiosOf(values, smallest);
    return { ...row, ratio, target: within(TO_REACH, ratio) };
  });
}

async function figuresOf(seeded: Seed): Promise<Figures> {
  const [first, second, ...rest] = webhooks(2 + WARM_UP + COUNTED, SECRET);
  const begun = await start(TOCSIN, seeded.copy());
  const startMs = await firstAnswer(begun, first!);
  const list = await look(begun.url, '/api/incidents', { authorization: `Bearer ${TOKEN}` });
  const page = await look(begun.url, '/', { cookie: await signIn(begun.url) });
  await flood(begun.url, rest.slice(0, WARM_UP));
  const ingest = await flood(begun.url, rest.slice(WARM_UP));
  await begun.kill({ keep: true });
  const again = await start(TOCSIN, begun.folder);
  const startAfterKill = await firstAnswer(again, second!);
  await again.kill();
  return { ingest, list, page, start: startMs, startAfterKill, bytes: seeded.bytes / seeded.count };
}

/** Milliseconds, one look after the other. */
async function look(url: string, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const client = new Client(url);
  const times: number[] = [];
  for (let n = 0; n < WARM_UP_LOOKS + LOOKS; n++) {
    const askedAt = performance.now();
    await get(client, path, headers);
    times.push(performance.now() - askedAt);
  }
  await client.close();
  return median(times.slice(WARM_UP_LOOKS));
}

/** The cookie of somebody who followed the sign-in link. */
async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/?token=${TOKEN}`, { redirect: 'manual' });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (cookie === undefined) throw new Error(`The sign-in link was answered ${answer.status} without a cookie.`);
  return cookie;
}
