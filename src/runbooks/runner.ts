import type { IncidentView, Run } from '../domain/model.ts';
import type { Clock, Lease, Log, RunbookKind, RunQueue, Store } from '../domain/ports.ts';
import { type Ended, execute } from './execute.ts';
import { keepShowing } from './keep-showing.ts';
import type { Runbook } from './load.ts';
import { isItsTurn } from './turn.ts';

export interface RunnerOptions {
  readonly queue: RunQueue;
  readonly watch: Store['watch'];
  readonly kinds: readonly RunbookKind[];
  readonly concurrency?: number;
  runbooks(): readonly Runbook[];
  incident(id: string): Promise<IncidentView | undefined>;
  /** Asked again just before it runs: true, or why not. */
  allowed(run: Run, runbook: Runbook): Promise<true | string>;
  secrets(name: string): string | undefined;
  /** Stores that it runs from now, for `timeout` milliseconds at most. false: it was cancelled before, or has begun already. */
  began(run: Run, timeout: number): Promise<boolean>;
  ended(run: Run, result: Ended): Promise<void>;
  /** Has its cards show how far it is. */
  refresh(run: Run): Promise<void>;
  /** Ends what waited too long for others to agree. */
  lapse(): Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const CONCURRENCY = 4;
const LOOK_EVERY_MS = 5_000; // well within the lease of 30 s; what is new is told by `watch`
const SETTLE_EVERY_MS = 1_000;
const STOP_WITHIN_MS = 8_000; // TERM, 5 s, KILL, and storing it

/** Runs what is queued, a few at a time. A run that a dead process left is never run again by itself. */
export function startRunner(options: RunnerOptions): { stop(): Promise<void> } {
  const { queue, kinds, clock, log, concurrency = CONCURRENCY } = options;
  const living = new Map<
    string,
    { readonly lease: Lease; readonly control: AbortController; readonly done: Promise<void> }
  >();
  const early = new Map<string, Run & Lease>(); // claimed, and not begun: they take no room from others
  const stopping = new AbortController();
  let nudge = Promise.withResolvers<void>();
  const wake = () => nudge.resolve();

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      nudge = Promise.withResolvers();
      try {
        await giveUpOrphans();
        await options.lapse();
        await Promise.all([...living.values()].map(renew));
        await Promise.all([...early.values()].map(keep));
        await claim();
      } catch (err) {
        log.warn({ err }, 'runs cannot be looked at now');
      }
      await rest();
    }
  }

  async function rest(): Promise<void> {
    const nap = new AbortController();
    const nudged = nudge.promise.then(() => nap.abort());
    await Promise.race([clock.wait(LOOK_EVERY_MS, nap.signal).catch(() => {}), nudged]);
  }

  /** In each pass: the lease of who held them may end only later, and a full disk lets nobody free it at the start. */
  async function giveUpOrphans(): Promise<void> {
    for (const run of await queue.orphans()) {
      await Promise.all(kinds.map((kind) => kind.reap?.(run.id)));
      const summary = 'the bridge stopped while it ran; look at what it did before you run it again';
      await options.ended(run, { state: 'unknown', summary, output: run.output, values: {} });
      log.warn({ run: run.id, runbook: run.runbook }, 'a run was left by a process that is gone');
    }
  }

  async function renew({
    lease,
    control,
  }: {
    readonly lease: Lease;
    readonly control: AbortController;
  }): Promise<void> {
    const { held, cancelled } = await queue.renew(lease);
    if (!held) control.abort('lost');
    else if (cancelled) control.abort('cancelled');
  }

  async function keep(run: Run & Lease): Promise<void> {
    if (!(await queue.renew(run)).held) early.delete(run.id);
  }

  async function claim(): Promise<void> {
    const free = () => concurrency - living.size;
    const known = [...living.keys(), ...early.keys()];
    if (free() > 0) for (const run of await queue.claim(free(), known)) early.set(run.id, run);
    for (const run of early.values()) {
      if (free() <= 0) return;
      const isNext = await isItsTurn(run, options);
      if (stopping.signal.aborted) return; // still queued: claimed anew once the lease is over
      if (isNext) begin(run);
    }
  }

  function begin(run: Run & Lease): void {
    const control = new AbortController();
    const done = one(run, control.signal).finally(() => {
      living.delete(run.id);
      wake();
    });
    early.delete(run.id);
    living.set(run.id, { lease: run, control, done });
  }

  async function one(run: Run, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    void keepShowing(run, options, over.signal);
    try {
      const result = await execute(run, { ...options, signal });
      if (result === undefined) return;
      await settle(run, result);
      log.info({ run: run.id, runbook: run.runbook, state: result.state, summary: result.summary }, 'run ended');
    } catch (err) {
      log.error({ err, run: run.id, runbook: run.runbook }, 'a run could not be begun or stored');
    } finally {
      over.abort();
    }
  }

  /** What happened must be known: tried until it is stored, or the bridge stops. The next start then finds it as left behind. */
  async function settle(run: Run, result: Ended): Promise<void> {
    for (;;) {
      try {
        return await options.ended(run, result);
      } catch (err) {
        if (stopping.signal.aborted) throw err;
        log.warn({ err, run: run.id }, 'the end of a run cannot be stored now');
        await clock.wait(SETTLE_EVERY_MS, stopping.signal).catch(() => {});
      }
    }
  }

  const unwatch = options.watch(({ runs }) => {
    if (runs) wake();
  });
  const working = work();

  async function stop(): Promise<void> {
    stopping.abort();
    unwatch();
    wake();
    const all = [...living.values()];
    for (const { control } of all) control.abort('stopped');
    const bound = new AbortController();
    await Promise.race([
      Promise.all([working, ...all.map(({ done }) => done)]),
      clock.wait(STOP_WITHIN_MS, bound.signal).catch(() => {}),
    ]);
    bound.abort();
  }
  return { stop };
}
