import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Actor, Run } from '../../src/domain/model.ts';
import type { Press, StoreChange } from '../../src/domain/ports.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createPipeline } from '../../src/pipeline/index.ts';
import { kinds } from '../../src/runbooks/index.ts';
import { loadRunbooks, type Runbook } from '../../src/runbooks/load.ts';
import { type RunnerOptions, startRunner } from '../../src/runbooks/runner.ts';
import { openStore } from '../../src/store/index.ts';
import { loadCards } from '../../src/templates/cards.ts';

export const maya: Actor = { platform: 'console', id: 'console', name: 'Maya' };
const monitor: Actor = { platform: 'monitor', id: 'wizstatus', name: 'WizStatus' };
const CARDS = join(import.meta.dirname, '..', '..', 'templates', 'cards');

/** A folder for runbooks and a database. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-runs-')));
  mkdirSync(join(folder, 'runbooks'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A runbook whose script is given; `more`: further front matter. */
export function writeRunbook(folder: string, name: string, text: string, more = ''): void {
  const script = join(folder, 'runbooks', `${name}.sh`);
  writeFileSync(script, `#!/bin/sh\n${text}\n`);
  chmodSync(script, 0o755);
  const head = `label: ${name}\nrun: script\nallow: [console]`;
  const command = more.includes('command:') ? '' : `command: [./${name}.sh]\n`;
  writeFileSync(join(folder, 'runbooks', `${name}.md`), `---\n${head}\n${command}${more}\n---\nIt is tried.\n`);
}

/** The store, the pipeline and the runner, as the application connects them; with one incident that fires. */
export async function startBridge(
  folder: string,
  overrides: (base: RunnerOptions) => Partial<RunnerOptions> = () => ({}),
) {
  const log = pino({ level: 'silent' });
  const clock = systemClock;
  const { metrics } = createMetrics();
  const url = `sqlite:${join(folder, 'tocsin.db')}`;
  const store = await openStore({ url, role: 'server', retention: () => 86_400_000, clock, log });
  const { templates } = await loadCards(CARDS);
  let runbooks: readonly Runbook[] = [];
  const reload = async () => {
    const read = await loadRunbooks(join(folder, 'runbooks'), kinds);
    if (read.faults.length > 0) throw new Error(JSON.stringify(read.faults));
    runbooks = read.runbooks;
  };
  await reload();
  const responders = { responders: new Map(), people: new Map() };
  const settings = () => ({ routes: [], ...responders, templates, runbooks });
  const pipeline = createPipeline({ store, settings, groups: async () => [], clock, log, metrics });
  const incident = await openIncident();

  const base: RunnerOptions = {
    queue: store.runs,
    watch: store.watch,
    kinds,
    runbooks: () => runbooks,
    incident: store.incident,
    allowed: pipeline.mayStill,
    secrets: () => undefined,
    began: pipeline.began,
    ended: pipeline.ended,
    refresh: pipeline.refresh,
    lapse: pipeline.lapse,
    clock,
    log,
  };
  const runner = startRunner({ ...base, ...overrides(base) });
  const shown: NonNullable<StoreChange['output']>[] = [];
  store.watch(({ output }) => output && shown.push(output));

  async function openIncident(): Promise<string> {
    const id = `01inc${process.hrtime.bigint().toString(36)}`.slice(0, 16);
    const now = clock.now();
    const words = { title: 'Production API is down', brief: '', text: '', monitor: 'Production API', labels: {} };
    const times = { openedAt: now, lastEventAt: now, count: 1, flips: [], flapping: false, why: [] };
    const key = `wizstatus:${id}`;
    const state = { id, key, source: 'wizstatus', status: 'firing', severity: 'critical', ...words, ...times } as const;
    const line = { at: now, kind: 'opened', actor: monitor, text: 'reported it', tell: 'edit' } as const;
    await store.change({ decide: () => ({ changes: [{ incident: state, timeline: [line] }], answer: undefined }) });
    return id;
  }

  let presses = 0;
  let stopped: Promise<void> | undefined;
  const bridge = {
    incident,
    store,
    shown,
    reload,
    press: (action: string, argument: string, rest: Partial<Press> = {}) =>
      pipeline.press({
        id: `p${presses++}-${Math.random()}`,
        actor: maya,
        incident,
        action,
        argument,
        confirmed: true,
        ...rest,
      }),
    runs: async (): Promise<readonly Run[]> => (await store.incident(incident))?.runs ?? [],
    run: async (runbook: string) => (await bridge.runs()).find((each) => each.runbook === runbook),
    lines: async () =>
      (await store.incident(incident))?.timeline.map(({ actor, text }) => `${actor.name} ${text}`) ?? [],
    stopRunner: () => runner.stop(),
    stop: () => (stopped ??= runner.stop().then(() => store.close())),
  };
  onTestFinished(() => bridge.stop());
  return bridge;
}
