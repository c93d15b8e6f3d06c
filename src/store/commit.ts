import type { Kysely, Transaction } from 'kysely';
import { StoreUnavailable } from '../domain/errors.ts';
import type { Clock, Log, Metrics } from '../domain/ports.ts';
import { applyChanges, type ChangeCall } from './changes.ts';
import type { Tables } from './tables.ts';
import type { Watchers } from './watchers.ts';

/** Work that goes into the next commit beside changes: a settled delivery, a lease, a setting. */
export interface WriteCall<R> {
  readonly kind: 'write';
  write(trx: Transaction<Tables>): Promise<R>;
}
type Call = ChangeCall<unknown> | WriteCall<unknown>;
interface Waiting {
  readonly call: Call;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

export interface Writer {
  submit<R>(call: ChangeCall<R>): Promise<R | 'duplicate'>;
  submit<R>(call: WriteCall<R>): Promise<R>;
  /** Why a webhook could not be stored now; undefined: it could. */
  trouble(): string | undefined;
  /** Refuses new work and resolves when the accepted work is on disk. */
  drain(): Promise<void>;
}

const MOST_WAITING = 20_000; // calls; at 10,000 webhooks a second two seconds of them
const MOST_IN_A_COMMIT = 200; // calls: some 10 ms of the event loop on a slow machine
const PROBE_EVERY_MS = 1_000;

/** Group commit: calls that arrive while a commit runs share the next one. Each resolves when it is on disk. */
export function createWriter(options: {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly watchers: Watchers;
}): Writer {
  const { db, clock, log, metrics, watchers } = options;
  let waiting: Waiting[] = [];
  let running = false;
  let closing = false;
  let broken: { readonly reason: string; readonly probedAt: number } | undefined;
  let idle = Promise.withResolvers<void>();

  function submit(call: Call): Promise<never> {
    if (closing) return Promise.reject(new StoreUnavailable('Tocsin is shutting down; send it again in a moment.'));
    if (waiting.length >= MOST_WAITING)
      return Promise.reject(new StoreUnavailable('Too much waits to be stored; send it again in a moment.'));
    return new Promise((resolve, reject) => {
      waiting.push({ call, resolve: resolve as (answer: unknown) => void, reject });
      if (!running) start();
    });
  }

  function start(): void {
    running = true;
    idle = Promise.withResolvers();
    // After the poll phase: what arrived in this turn of the loop is in the first commit already.
    setImmediate(async () => {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, MOST_IN_A_COMMIT);
        waiting = waiting.slice(MOST_IN_A_COMMIT);
        await commit(batch);
        await new Promise((resolve) => setImmediate(resolve)); // answers and new requests get their turn
      }
      running = false;
      idle.resolve();
    });
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const began = clock.monotonic();
    try {
      const { answers, seen } = await db.transaction().execute(async (trx) => {
        const changes = batch.filter((one) => one.call.kind === 'change');
        const applied = await applyChanges(
          trx,
          changes.map(({ call }) => call as ChangeCall<unknown>),
          clock.now(),
        );
        const answers = new Map(changes.map((one, index) => [one, applied.answers[index]]));
        for (const one of batch) {
          if (one.call.kind === 'write') answers.set(one, { answer: await one.call.write(trx) });
        }
        return { answers, seen: applied.seen };
      });
      metrics?.committed((clock.monotonic() - began) / 1_000, batch.length);
      broken = undefined;
      for (const one of batch) {
        const outcome = answers.get(one);
        if (outcome !== undefined && 'error' in outcome) one.reject(outcome.error);
        else one.resolve(outcome?.answer);
      }
      watchers.tell(seen);
    } catch (cause) {
      if (batch.length > 1) {
        for (const one of batch) await commit([one]); // one of them may be at fault: its neighbours must not suffer
        return;
      }
      const reason = cause instanceof Error ? cause.message : String(cause);
      broken = { reason, probedAt: clock.monotonic() };
      log.error({ err: cause }, 'a change could not be stored');
      for (const one of batch) one.reject(new StoreUnavailable(`The store cannot write: ${reason}`, { cause }));
    }
  }

  function trouble(): string | undefined {
    if (closing) return 'shutting down';
    if (waiting.length >= MOST_WAITING) return `${waiting.length} changes wait to be stored`;
    if (broken === undefined) return undefined;
    if (clock.monotonic() - broken.probedAt > PROBE_EVERY_MS) {
      broken = { ...broken, probedAt: clock.monotonic() };
      void submit(probe).catch(() => {});
    }
    return broken.reason;
  }

  const probe: WriteCall<void> = {
    kind: 'write',
    async write(trx) {
      await trx
        .insertInto('settings')
        .values({ name: 'store.probe', value: String(clock.now()) })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: String(clock.now()) }))
        .execute();
    },
  };

  return {
    submit: submit as Writer['submit'],
    trouble,
    async drain() {
      closing = true;
      if (running) await idle.promise;
    },
  };
}
