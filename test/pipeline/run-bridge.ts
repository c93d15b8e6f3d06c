import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import type { Actor, AlertEvent, Run } from '../../src/domain/model.ts';
import type { Metrics, Press, Reply, Store, Webhook } from '../../src/domain/ports.ts';
import { createPipeline, type Settings } from '../../src/pipeline/index.ts';
import { kinds } from '../../src/runbooks/index.ts';
import { loadRunbooks } from '../../src/runbooks/load.ts';
import { startRunner } from '../../src/runbooks/runner.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { openStore } from '../../src/store/index.ts';
import { loadCards } from '../../src/templates/cards.ts';

export const MINUTE = 60_000;
export const maya: Actor = { platform: 'slack', tenant: 'T1', id: 'U1', name: 'Maya' };
export const jonas: Actor = { platform: 'slack', tenant: 'T1', id: 'U2', name: 'Jonas' };
export const omar: Actor = { platform: 'discord', tenant: 'G1', id: '22', name: 'Omar' };
const CARDS = join(import.meta.dirname, '..', '..', 'templates', 'cards');
const METRICS: Metrics = { webhook() {}, committed() {}, delivered() {}, attempted() {}, pressed() {}, ran() {} };

/** A script as a runbook; `more`: further front matter. */
export function script(name: string, shell: string, more = 'allow: ["*"]'): Readonly<Record<string, string>> {
  return {
    [`${name}.md`]: `---\nlabel: ${name}\nrun: script\n${more.includes('command:') ? '' : `command: [./${name}.sh]\n`}${more}\n---\nA test's.\n`,
    [`${name}.sh`]: `#!/bin/sh\n${shell}\n`,
  };
}

/** The store and the pipeline with these runbooks, and time that a test moves. The runner works where it is started. */
export async function startPipeline(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-pipeline-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) write(join(folder, 'runbooks', name), text);
  const log = pino({ level: 'silent' });
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const open = () =>
    openStore({
      url: `sqlite:${join(folder, 'tocsin.db')}`,
      role: 'server',
      retention: () => 90 * 86_400_000,
      clock,
      log,
    });
  const { templates } = await loadCards(CARDS);
  const readRunbooks = async () => {
    const { runbooks, faults } = await loadRunbooks(join(folder, 'runbooks'), kinds);
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    return runbooks;
  };
  let settings: Settings = {
    routes: [],
    responders: new Map(),
    people: new Map(),
    templates,
    runbooks: await readRunbooks(),
  };
  let store = await open();
  const groups = async () => [];
  const counted: string[] = [];
  const metrics: Metrics = { ...METRICS, ran: (runbook, outcome) => void counted.push(`${runbook} ${outcome}`) };
  let isFull = false;
  const build = () => {
    const change: Store['change'] = async (what) => {
      if (isFull) throw new StoreUnavailable('the disk is full');
      return store.change(what);
    };
    return createPipeline({ store: { ...store, change }, settings: () => settings, groups, clock, log, metrics });
  };
  let pipeline = build();
  let runner: ReturnType<typeof startRunner> | undefined;
  onTestFinished(async () => {
    await runner?.stop();
    await store.close();
  });

  let ids = 0;
  const webhook = (events: readonly AlertEvent[]): Webhook => ({
    source: wizstatus,
    id: `r${++ids}`,
    digest: '',
    secret: 0,
    labels: {},
    events,
  });
  const event = (kind: AlertEvent['kind'], key = 'inc-1', over: Partial<AlertEvent> = {}): AlertEvent => ({
    key,
    kind,
    title: `Production API is ${kind === 'resolved' ? 'up' : 'down'}`,
    monitor: 'Production API',
    labels: {},
    ...over,
  });

  const bridge = {
    folder,
    event,
    get store() {
      return store;
    },
    get pipeline() {
      return pipeline;
    },
    /** What `tocsin_runs_total` counted: runbook and outcome. */
    counted,
    /** Whether a change is refused from now on. */
    fill: (full: boolean) => {
      isFull = full;
    },
    now: clock.now,
    pass: (ms: number) => {
      ahead += ms;
    },
    set: (over: Partial<Settings>) => {
      settings = { ...settings, ...over };
    },
    runbook: (name: string) => {
      const found = settings.runbooks.find((runbook) => runbook.name === name);
      if (found === undefined) throw new Error(`no runbook ${name}`);
      return found;
    },
    /** Answers the incident. */
    async receive(...events: readonly AlertEvent[]): Promise<string> {
      const received = await pipeline.receive(webhook(events));
      return received.kind === 'stored' ? (received.incidents[0] as string) : received.kind;
    },
    fire: (key?: string) => bridge.receive(event('firing', key)),
    press: (incident: string, action: string, more: Partial<Press> = {}): Promise<Reply> =>
      pipeline.press({ id: `p${++ids}`, actor: maya, incident, action, confirmed: true, ...more }),
    /** Asks for a run; answers its id. */
    async ask(incident: string, runbook: string, more: Partial<Press> = {}): Promise<string> {
      const reply = await bridge.press(incident, 'run', { argument: runbook, ...more });
      if (reply.kind !== 'started') throw new Error(JSON.stringify(reply));
      return reply.run;
    },
    runs: async (incident: string): Promise<readonly Run[]> => (await store.incident(incident))?.runs ?? [],
    lines: async (incident: string): Promise<readonly string[]> =>
      (await store.incident(incident))?.timeline.map(({ actor, text }) => `${actor.name} ${text}`) ?? [],
    async edit(name: string, text: string): Promise<void> {
      write(join(folder, 'runbooks', name), text);
      settings = { ...settings, runbooks: await readRunbooks() };
    },
    /** As after an orderly stop. */
    async restart(): Promise<void> {
      await runner?.stop();
      runner = undefined;
      await store.close();
      store = await open();
      pipeline = build();
    },
    startRunner(): void {
      runner = startRunner({
        queue: store.runs,
        watch: store.watch,
        kinds,
        runbooks: () => settings.runbooks,
        incident: store.incident,
        allowed: pipeline.mayStill,
        secrets: () => undefined,
        began: pipeline.began,
        ended: pipeline.ended,
        refresh: pipeline.refresh,
        lapse: pipeline.lapse,
        clock,
        log,
      });
    },
  };
  return bridge;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  if (path.endsWith('.sh')) chmodSync(path, 0o755);
}
