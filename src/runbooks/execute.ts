import { durationText } from '../domain/duration.ts';
import { KnownSecrets } from '../domain/known-secrets.ts';
import type { IncidentView, Run, RunState, Texts } from '../domain/model.ts';
import type { Clock, RunContext, RunResult } from '../domain/ports.ts';
import { Cleaner } from './clean.ts';
import type { Runbook } from './load.ts';
import { Mask, masked } from './mask.ts';
import { Output } from './output.ts';
import type { RunnerOptions } from './runner.ts';
import { runScope } from './scope.ts';

/** How a run ended. */
export interface Ended {
  readonly state: RunState;
  readonly summary: string;
  readonly output: string;
  readonly values: Texts;
}

/** Why a run is made to end: the reason of its signal. `lost`: another process holds it now, and tells its end. */
export type Stop = 'timed_out' | 'cancelled' | 'stopped' | 'lost';

const STREAM_EVERY_MS = 250;
const MAX_KEPT_CHARACTERS = 4_000; // of one value
const GIVE_UP_MS = 7_000; // after the signal: a kind that has not ended its work by then cannot

/** Runs one claimed run to its end. Undefined: it did not begin, or is not ours any more. Rejects where nothing was begun. */
export async function execute(
  run: Run,
  options: RunnerOptions & { readonly signal: AbortSignal },
): Promise<Ended | undefined> {
  const ready = await prepare(run, options);
  if ('refused' in ready) return { state: 'failed', summary: `not run: ${ready.refused}`, output: '', values: {} };
  const { runbook } = ready;
  if (options.signal.aborted) return undefined;
  if (!(await options.began(run, runbook.timeout))) return undefined;
  return perform(run, ready, options);
}

interface Ready {
  readonly runbook: Runbook;
  readonly spec: unknown;
  readonly input: RunContext['input'];
  readonly secrets: Texts;
}

/** All that may have changed since it was asked for is looked at again. */
async function prepare(run: Run, options: RunnerOptions): Promise<Ready | { readonly refused: string }> {
  const runbook = options.runbooks().find(({ name }) => name === run.runbook);
  if (runbook === undefined) return { refused: `there is no runbook ${run.runbook} any more` };
  const changed = whatChanged(run, runbook);
  if (changed !== undefined) return { refused: changed };
  const view: IncidentView | undefined = await options.incident(run.incident);
  if (view === undefined) return { refused: 'its incident is gone' };
  const may = await options.allowed(run, runbook);
  if (may !== true) return { refused: may };

  const secrets = runbook.secrets.map((name) => [name, options.secrets(name)] as const);
  const unset = secrets.find(([, value]) => value === undefined);
  if (unset !== undefined) return { refused: `its secret ${unset[0]} is not set` };
  const given = Object.fromEntries(secrets) as Texts;
  const scope = runScope(view, run);
  const { incident, inputs, actor, values } = scope;
  try {
    return {
      runbook,
      spec: runbook.spec(runbook.kind.secretsInLiquid ? { ...scope, secrets: given } : scope),
      input: { incident, inputs, actor, values },
      secrets: given,
    };
  } catch (error) {
    return { refused: masked((error as Error).message, new KnownSecrets(Object.values(given))) };
  }
}

/** Who asked for a run meant the text that they saw. What runs by itself does so as its text is now. */
function whatChanged(run: Run, { digest, on }: Runbook): string | undefined {
  if (run.on !== undefined) return on === run.on ? undefined : `it does not run by itself when ${run.on} any more`;
  return digest === run.digest ? undefined : 'the runbook was changed after it was asked for; ask again';
}

async function perform(
  run: Run,
  { runbook, spec, input, secrets }: Ready,
  { signal: stop, queue, clock, log }: RunnerOptions & { readonly signal: AbortSignal },
): Promise<Ended | undefined> {
  const startedAt = clock.monotonic();
  const output = new Output();
  const known = new KnownSecrets(Object.values(secrets));
  const pipes = { stdout: pipe(known), stderr: pipe(known) };
  const control = new AbortController();
  const over = new AbortController();
  const end = (why: Stop) => control.abort(why);
  stop.addEventListener('abort', () => end(stop.reason), { once: true, signal: over.signal });
  if (stop.aborted) end(stop.reason);
  clock.wait(runbook.timeout, over.signal).then(
    () => end('timed_out'),
    () => {},
  );

  const show = (last: boolean) => {
    const shown = output.take(last);
    if (shown === undefined) return;
    queue
      .output(run.id, run.incident, shown.whole, shown.added)
      .catch((err: unknown) => log.debug({ err, run: run.id }, 'output is not stored yet'));
  };
  void everyNow(clock, over.signal, () => show(false));

  let result: RunResult;
  try {
    result = await Promise.race([
      runbook.kind.run(spec, {
        run: run.id,
        folder: runbook.folder,
        input,
        secrets,
        signal: control.signal,
        output: (chunk, name = 'stdout') => output.write(pipes[name].mask.write(pipes[name].cleaner.write(chunk))),
      }),
      givenUp(clock, control.signal, over.signal),
    ]);
  } catch (err) {
    log.error({ err, run: run.id, runbook: run.runbook }, 'a kind of runbook has a fault');
    result = { kind: 'unknown', summary: 'a fault of Tocsin ended it; its log says more' };
  } finally {
    over.abort();
    for (const { cleaner, mask } of Object.values(pipes)) {
      output.write(mask.write(cleaner.end()));
      output.write(mask.end());
    }
    show(true);
  }

  const took = durationText(clock.monotonic() - startedAt);
  const verdict = judge(result, control.signal, took, durationText(runbook.timeout));
  if (verdict === undefined) return undefined;
  const { values, note } = kept(runbook, result);
  const found = Object.entries(values).map(([name, text]) => [name, masked(text, known).slice(0, MAX_KEPT_CHARACTERS)]);
  const noted = verdict.state === 'succeeded' && note !== undefined ? `; ${note}` : '';
  return {
    ...verdict,
    summary: masked(verdict.summary + noted, known),
    output: output.whole,
    values: Object.fromEntries(found),
  };
}

/** Cleaned first: a control character within a secret would hide it from who looks for it, and be taken out after that. */
const pipe = (known: KnownSecrets) => ({ cleaner: new Cleaner(), mask: new Mask(known) });

function judge(
  result: RunResult,
  signal: AbortSignal,
  took: string,
  timeout: string,
): Pick<Ended, 'state' | 'summary'> | undefined {
  const why: Stop | undefined = signal.aborted ? signal.reason : undefined;
  if (why === 'lost') return undefined;
  if (result.kind === 'unknown') {
    const cause = why === 'timed_out' ? ` (its timeout of ${timeout} was over)` : '';
    return { state: 'unknown', summary: result.summary + cause };
  }
  switch (why) {
    case undefined:
      return {
        state: result.kind,
        summary: `${timed(result.summary, took)}${result.note === undefined ? '' : `; ${result.note}`}`,
      };
    case 'timed_out':
      return { state: 'timed_out', summary: `stopped by its timeout of ${timeout}` };
    case 'cancelled':
      return { state: 'cancelled', summary: `stopped after ${took}` };
    case 'stopped':
      return { state: 'cancelled', summary: `stopped with the bridge after ${took}` };
  }
}

/** `exit code 0 after 3 s`; an explanation does not run on into the time. */
const timed = (summary: string, took: string) =>
  summary.includes(': ') ? `${summary} (after ${took})` : `${summary} after ${took}`;

/** `note`: what a later run would look for in vain. */
function kept(runbook: Runbook, result: RunResult): { readonly values: Texts; readonly note?: string } {
  if (result.kind === 'unknown') return { values: {} };
  try {
    const values = runbook.kept(result.response ?? {});
    const empty = Object.keys(values).filter((name) => values[name]?.trim() === '');
    return empty.length === 0 ? { values } : { values, note: `nothing was kept as ${empty.join(', ')}` };
  } catch (error) {
    return { values: {}, note: `nothing was kept: ${(error as Error).message}` };
  }
}

/** A kind that does not end when it is told to. Never resolves where it is not told to. */
function givenUp(clock: Clock, stop: AbortSignal, over: AbortSignal): Promise<RunResult> {
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  const giveUp = () =>
    clock.wait(GIVE_UP_MS, over).then(
      () => resolve({ kind: 'unknown', summary: 'it could not be ended; look at the machine' }),
      () => {}, // it has ended
    );
  stop.addEventListener('abort', giveUp, { once: true, signal: over });
  if (stop.aborted) void giveUp();
  return promise;
}

async function everyNow(clock: Clock, over: AbortSignal, show: () => void): Promise<void> {
  try {
    for (;;) {
      await clock.wait(STREAM_EVERY_MS, over);
      show();
    }
  } catch {
    // it is over
  }
}
