import type { Line, Run, RunState, Texts } from '../domain/model.ts';
import { runStateText } from '../domain/run-state.ts';
import { runbookOf, runEntry } from './audit.ts';
import { onIncident } from './on-incident.ts';
import type { Parts } from './parts.ts';

export interface RunEnd {
  readonly state: RunState;
  readonly summary: string;
  readonly output: string;
  readonly values: Texts;
}

/** A run: that it began, and how it ended. */
export function createRuns({ store, clock }: Parts) {
  async function began(run: Run, timeout: number): Promise<boolean> {
    const startedAt = clock.now();
    const changed = await store.change<boolean>({
      ids: [run.incident],
      decide: (found) => {
        const queued = found.runs.get(run.incident)?.find(({ id }) => id === run.id);
        if (queued?.state !== 'queued' || queued.cancelledBy !== undefined) return { changes: [], answer: false };
        const running: Run = { ...queued, state: 'running', startedAt, timeoutAt: startedAt + timeout };
        const entry = runEntry('began', running, running.state, startedAt);
        return { changes: onIncident(found, run.incident, [], [running], [entry]), answer: true };
      },
    });
    return !changed.duplicate && changed.answer;
  }

  async function ended(run: Run, result: RunEnd): Promise<void> {
    const endedAt = clock.now();
    await store.change({
      once: `run:${run.id}:ended`,
      ids: [run.incident],
      decide: (found) => {
        const living = found.runs.get(run.incident)?.find(({ id }) => id === run.id);
        if (living === undefined) return { changes: [], answer: undefined };
        const line: Line = {
          at: endedAt,
          kind: 'run',
          actor: runbookOf(run),
          text: endText(result),
          ...(result.output === '' ? {} : { detail: lastLines(result.output) }),
          tell: 'thread',
        };
        return {
          changes: onIncident(
            found,
            run.incident,
            [line],
            [{ ...living, ...result, endedAt }],
            [runEntry('ended', living, result.state, endedAt)],
          ),
          answer: undefined,
        };
      },
    });
  }

  async function refresh(run: Run): Promise<void> {
    await store.change({
      ids: [run.incident],
      decide: (found) => {
        const isRunning = found.runs.get(run.incident)?.some(({ id, state }) => id === run.id && state === 'running');
        return { changes: isRunning ? onIncident(found, run.incident, []) : [], answer: undefined };
      },
    });
  }

  return { began, ended, refresh };
}

/** Behind the runbook's label: `succeeded: exit 0 after 3 s`. */
function endText({ state, summary }: RunEnd): string {
  return `${state === 'unknown' ? 'ended, ' : ''}${runStateText(state)}: ${summary}`;
}

const LINES = 20; // the whole output stands in the console
const CHARACTERS = 2_000;

function lastLines(output: string): string {
  const lines = output.trimEnd().split('\n');
  const tail = lines.slice(-LINES).join('\n');
  if (lines.length <= LINES && tail.length <= CHARACTERS) return tail;
  return `…\n${tail.slice(-CHARACTERS).toWellFormed()}`;
}
