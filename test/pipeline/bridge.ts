import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Actor, AlertEvent, IncidentView, Line } from '../../src/domain/model.ts';
import type { Clock, Metrics, Press, Store } from '../../src/domain/ports.ts';
import { createPipeline, type Pipeline, type Settings } from '../../src/pipeline/index.ts';
import { parseRoute, type Route } from '../../src/routing/grammar.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { loadCards } from '../../src/templates/cards.ts';
import { clockAt } from '../support/clock.ts';
import { quietStore } from '../support/store.ts';

export const MAYA: Actor = { platform: 'slack', tenant: 'T1', id: 'U1', name: 'Maya' };
export const SECOND = 1_000;
export const MINUTE = 60_000;

const silent: Metrics = { webhook() {}, committed() {}, delivered() {}, attempted() {}, pressed() {}, ran() {} };

/** The pipeline on a real store, in a time of its own. It ends with the test. */
export interface TestBridge {
  readonly bridge: Pipeline;
  /** The same after another start, on the same store. */
  again(): Pipeline;
  /** As a reload does. */
  set(over: Partial<Settings>): void;
  unset(name: 'ackExpires'): void;
  readonly store: Store;
  readonly clock: Clock;
  now: number;
  fire(over?: Partial<AlertEvent>): Promise<string>;
  press(incident: string, action: string, more?: Partial<Press>): ReturnType<Pipeline['press']>;
  view(incident: string): Promise<IncidentView>;
  lines(incident: string, kind: Line['kind']): Promise<readonly Line[]>;
  /** Time goes on, and all that is due then is rung. */
  wait(ms: number): Promise<void>;
  ring(): Promise<void>;
}

export async function startBridge(given: Partial<Settings> = {}): Promise<TestBridge> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-timers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let now = Date.parse('2026-11-24T03:00:00Z');
  const clock: Clock = { ...clockAt(), now: () => now };
  const store = await quietStore(join(folder, 'tocsin.db'), { clock });
  onTestFinished(() => store.close());
  const { templates } = await loadCards(join(import.meta.dirname, '..', '..', 'templates', 'cards'));
  let settings: Settings = {
    routes: [],
    responders: new Map(),
    people: new Map(),
    templates,
    runbooks: [],
    ...given,
  };
  const again = () =>
    createPipeline({
      store,
      settings: () => settings,
      groups: async () => [],
      clock,
      log: pino({ level: 'silent' }),
      metrics: silent,
    });
  const bridge = again();

  let counted = 0;
  const view = async (id: string) => {
    const found = await store.incident(id);
    if (found === undefined) throw new Error(`no incident ${id}`);
    return found;
  };
  async function ring(): Promise<void> {
    for (let due = await store.timers.claim(50); due.length > 0; due = await store.timers.claim(50))
      for (const timer of due) await bridge.ring(timer);
  }
  return {
    bridge,
    again,
    set: (over) => {
      settings = { ...settings, ...over };
    },
    unset: (name) => {
      const { [name]: _, ...rest } = settings;
      settings = rest;
    },
    store,
    clock,
    get now() {
      return now;
    },
    set now(at) {
      now = at;
    },
    async fire(over = {}) {
      const event: AlertEvent = {
        key: `k${++counted}`,
        kind: 'firing',
        at: now,
        title: 'Production API is down',
        monitor: 'Production API',
        labels: {},
        ...over,
      };
      const digest = `d${counted}`;
      const received = await bridge.receive({ source: wizstatus, digest, secret: 0, labels: {}, events: [event] });
      if (received.kind !== 'stored') throw new Error(`it was not stored: ${received.kind}`);
      return received.incidents[0] as string;
    },
    press: (incident, action, more = {}) =>
      bridge.press({ id: `p${++counted}`, actor: MAYA, incident, action, confirmed: true, ...more }),
    view,
    lines: async (incident, kind) => (await view(incident)).timeline.filter((line) => line.kind === kind),
    ring,
    async wait(ms) {
      now += ms;
      await ring();
    },
  };
}

export function routeOf(name: string, text: string): Route {
  const read = parseRoute(name, text);
  if ('faults' in read) throw new Error(read.faults.map(({ message }) => message).join());
  return read.route;
}
