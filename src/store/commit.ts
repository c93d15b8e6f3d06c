import { setImmediate as turn } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import { StoreUnavailable } from '../domain/errors.ts';
import type { Changed, Clock, Log, Metrics } from '../domain/ports.ts';
import { type ChangeCall, type Decided, decideAll } from './changes.ts';
import type { Database } from './database.ts';
import { FlushFailed } from './flush.ts';
import { DatabaseMoved } from './place.ts';
import { Seen, type Watchers } from './seen.ts';
import type { Tables } from './tables.ts';
import { isBusy, isDamaged, troubleOf } from './trouble.ts';
import { writeState } from './write-state.ts';

/** Work that goes into the next commit beside changes: a settled delivery, a lease, a setting. May run twice. */
export type Write<R> = (trx: Transaction<Tables>, seen: Seen) => Promise<R>;

export interface Writer {
  /** Resolves when it is on disk. Rejects with what its `decide` threw, or StoreUnavailable: nothing was stored. */
  change<R>(call: ChangeCall<R>): Promise<Changed<R>>;
  write<R>(write: Write<R>): Promise<R>;
  /** Resolves when all that can be read now is on disk. Rejects with StoreUnavailable where nobody knows whether it is. */
  onDisk(): Promise<void>;
  /** Why nothing can be stored now; undefined: it can. After a fault it is found out by writing. */
  trouble(): Promise<string | undefined>;
  /** Refuses new work, and resolves when the accepted work is done. */
  drain(): Promise<void>;
}

type Call = { readonly change: ChangeCall<unknown> } | { readonly write: Write<unknown> };
interface Waiting {
  readonly call: Call;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

const MOST_WAITING = 10_000; // calls: a second's worth on a good disk
const MOST_IN_A_COMMIT = 128; // calls, keys and ids: some 3 ms of the event loop
const PATIENCE_MS = 1_500; // for another process that writes: a sender must have its answer within 2 s
const AGAIN_MS = 25;
const PROBE_EVERY_MS = 1_000;
const PROBE = { name: 'store.probe', value: 'x'.repeat(16_384) }; // larger than a page: an update in place would fit on a full disk

/** Group commit: calls that arrive while a commit runs share the next one. */
export function createWriter(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly watchers: Watchers;
}): Writer {
  const { database, clock, log, metrics, watchers } = options;
  let waiting: Waiting[] = [];
  let working: Promise<void> | undefined;
  let closing = false;
  let { begin } = database;
  let broken: { readonly reason: string; readonly isForGood: boolean; probedAt: number } | undefined;
  let underWay: Promise<unknown> = Promise.resolve(); // a commit, which can be read before it is on disk
  let lost: FlushFailed | undefined; // of what was committed before: nothing that follows it can be told to be on disk

  function submit(call: Call): Promise<unknown> {
    if (closing) return Promise.reject(new StoreUnavailable('Tocsin is shutting down; send it again in a moment.'));
    if (waiting.length >= MOST_WAITING)
      return Promise.reject(new StoreUnavailable('Too much waits to be stored; send it again in a moment.'));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.push({ call, resolve, reject });
    working ??= work();
    return promise;
  }

  async function work(): Promise<void> {
    do {
      await turn(); // what arrives in this turn of the loop is in the next commit already, and answers get out
      await commit(nextBatch());
      await database.tidy();
    } while (waiting.length > 0);
    working = undefined;
  }

  function nextBatch(): readonly Waiting[] {
    let size = 0;
    let weight = 0;
    while (size < waiting.length) {
      weight += weightOf((waiting[size] as Waiting).call);
      if (size > 0 && weight > MOST_IN_A_COMMIT) break;
      size++;
    }
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    return batch;
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const began = clock.monotonic();
    const outcome = transact(batch, began + (broken === undefined ? PATIENCE_MS : 0)).then(
      (stored) => ({ stored }),
      (error: unknown) => ({ error }),
    );
    underWay = outcome;
    const done = await outcome;
    if ('stored' in done) {
      const { answers, seen, isNews } = done.stored;
      if (isNews) mended();
      for (const [one, decided] of answers)
        if ('error' in decided) one.reject(decided.error);
        else one.resolve(decided.answer);
      metrics?.committed((clock.monotonic() - began) / 1_000, batch.length);
      watchers.tell(seen);
      return;
    }
    const trouble = troubleOf(done.error);
    if (trouble === undefined && batch.length > 1) {
      // One of them broke a constraint: its neighbours must not suffer.
      const half = batch.length >> 1;
      await commit(batch.slice(0, half));
      await turn();
      return commit(batch.slice(half));
    }
    if (trouble === undefined) log.error({ err: done.error }, 'a change cannot be stored as it is');
    else breaks(trouble, done.error);
    const sentence = notNow(trouble ?? 'the database refused it');
    for (const one of batch) one.reject(new StoreUnavailable(sentence, { cause: done.error }));
  }

  /** Busy is told at the beginning, before anything was decided. */
  async function transact(batch: readonly Waiting[], deadline: number) {
    for (;;) {
      try {
        if (lost !== undefined) throw lost;
        database.checkPlace();
        const stored = await database.write.transaction().execute(async (trx) => {
          await begin?.(trx);
          return run(trx, batch);
        });
        begin = undefined;
        await database.flush();
        database.checkPlace(); // again: what it wrote to must be what the next start opens, before anybody is told that it is stored
        return stored;
      } catch (error) {
        if (!isBusy(error) || clock.monotonic() >= deadline) throw error;
        await clock.wait(AGAIN_MS);
      }
    }
  }

  async function run(trx: Transaction<Tables>, batch: readonly Waiting[]) {
    const seen = new Seen();
    const answers = new Map<Waiting, Decided>();
    const changes = batch.flatMap((one) => ('change' in one.call ? [{ one, call: one.call.change }] : []));
    if (changes.length > 0) {
      const { decided, state } = await decideAll(
        trx,
        changes.map(({ call }) => call),
        clock.now(),
      );
      for (const [index, { one }] of changes.entries()) answers.set(one, decided[index] as Decided);
      await writeState(trx, state, clock.now(), seen);
    }
    const isNews = seen.incidents.size > 0 || batch.some(({ call }) => 'write' in call && call.write === probe);
    for (const one of batch) if ('write' in one.call) answers.set(one, { answer: await one.call.write(trx, seen) });
    return { answers, seen, isNews };
  }

  async function onDisk(): Promise<void> {
    await underWay;
    if (lost !== undefined) throw new StoreUnavailable(notNow(lost.message), { cause: lost });
  }

  function breaks(reason: string, err: unknown): void {
    if (err instanceof FlushFailed) lost = err;
    const isForGood = isDamaged(err) || lost !== undefined;
    if (broken?.isForGood) return; // the rest of the file may take other writes: that mends nothing
    if (isForGood) database.distrust();
    // Once: a full disk must not fill with this.
    if (broken === undefined || isForGood) log.error({ err, reason, ...cureOf(err) }, 'nothing can be stored');
    broken = { reason, isForGood, probedAt: clock.monotonic() };
  }

  /** Without writing: the disk of an idle bridge may sleep. */
  function noticeMoved(): void {
    try {
      database.checkPlace();
    } catch (error) {
      breaks((error as DatabaseMoved).message, error);
    }
  }

  function mended(): void {
    if (broken?.isForGood) return;
    if (broken !== undefined) log.info({ reason: broken.reason }, 'changes can be stored again');
    broken = undefined;
  }

  database.whole.catch((error: unknown) => breaks(troubleOf(error) ?? String(error), error));

  const probe: Write<void> = async (trx) => {
    await trx.deleteFrom('settings').where('name', '=', PROBE.name).execute();
    await trx.insertInto('settings').values(PROBE).execute();
  };
  const forgetProbe: Write<void> = async (trx) => {
    await trx.deleteFrom('settings').where('name', '=', PROBE.name).execute();
  };

  async function trouble(): Promise<string | undefined> {
    if (closing) return 'shutting down';
    if (broken?.isForGood) return broken.reason;
    if (waiting.length >= MOST_WAITING) return 'too much waits to be stored';
    if (broken === undefined && begin === undefined) noticeMoved();
    else if (broken === undefined || clock.monotonic() - broken.probedAt >= PROBE_EVERY_MS) {
      if (broken !== undefined) broken.probedAt = clock.monotonic();
      await submit({ write: probe })
        .then(() => submit({ write: forgetProbe }))
        .catch(() => {}); // `broken` says it
    }
    return broken?.reason;
  }

  return {
    change: (change) => submit({ change }) as Promise<never>,
    write: (write) => submit({ write }) as Promise<never>,
    onDisk,
    trouble,
    async drain() {
      closing = true;
      await working;
    },
  };
}

const notNow = (reason: string): string => `Nothing can be stored now: ${reason}.`;

function cureOf(err: unknown): { readonly cure?: string } {
  if (err instanceof DatabaseMoved || err instanceof FlushFailed) return { cure: err.cure };
  return isDamaged(err)
    ? { cure: 'Stop Tocsin, move the file and its -wal and -shm files away, and put a backup there.' }
    : {};
}

function weightOf(call: Call): number {
  return 'write' in call ? 1 : Math.max(1, (call.change.keys?.length ?? 0) + (call.change.ids?.length ?? 0));
}
