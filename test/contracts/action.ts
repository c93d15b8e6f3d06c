import { describe, expect, test } from 'vitest';
import type { Actor, Incident, Status } from '../../src/domain/model.ts';
import type { Action, Decision, Press, RunbookOffer, Scene } from '../../src/domain/ports.ts';

/** One verb, and what the card's table says about it. */
export interface ActionUnderTest {
  readonly action: Action;
  readonly offered: Readonly<Record<Status, 'card' | 'menu' | 'nowhere'>>;
  /** States in which a press changes something, and those in which it comes too late. */
  readonly changes: readonly Status[];
  readonly late: readonly Status[];
  /** What makes a press of it complete. */
  readonly press?: Partial<Press>;
  /** What it needs to find, beside the incident. */
  readonly scene?: Partial<Scene>;
}

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
export const maya: Actor = { platform: 'slack', tenant: 'T1', id: 'U1', name: 'Maya' };
export const omar: Actor = { platform: 'discord', tenant: 'G1', id: '22', name: 'Omar' };
export const STATUSES: readonly Status[] = ['firing', 'acknowledged', 'resolved'];

export const restart: RunbookOffer = {
  name: 'restart-api',
  label: 'Restart API',
  about: 'Restarts every host.',
  inputs: [],
  approve: 0,
  digest: 'd1',
};

/** The incident of one state; Maya acknowledged it, or resolved it. */
export function sceneIn(status: Status, rest: Partial<Scene> = {}): Scene {
  const incident: Incident = {
    id: '01incident000000',
    key: 'wizstatus:inc-1',
    source: 'wizstatus',
    status,
    severity: 'critical',
    title: 'Production API is down',
    brief: 'us-east, HTTP 500',
    text: 'HTTP 500 after 2,500 ms from us-east.',
    monitor: 'Production API',
    labels: { env: 'prod' },
    ...(status === 'acknowledged' ? { owner: maya, acknowledgedAt: NOW - 30_000 } : {}),
    openedAt: NOW - 60_000,
    ...(status === 'resolved' ? { resolvedAt: NOW - 20_000, resolvedBy: maya } : {}),
    lastEventAt: NOW - 60_000,
    count: 1,
    flips: [],
    flapping: false,
    revision: 3,
    why: [{ route: 'ROUTE_DEFAULT', held: true, because: 'no other route took it', destinations: ['console'] }],
  };
  return { incident, runs: [], runbooks: [restart], ...rest };
}

export function pressOf(action: Action, rest: Partial<Press> = {}): Press {
  return { id: 'p1', actor: omar, incident: '01incident000000', action: action.name, ...rest };
}

export function decide(action: Action, scene: Scene, press: Partial<Press> = {}): Decision {
  let ids = 0;
  return action.decide(scene, pressOf(action, press), { now: NOW, newId: () => `01new${ids++}` });
}

/** What every action promises. */
export function actionContract({ action, offered, changes, late, press = {}, scene = {} }: ActionUnderTest): void {
  describe(action.name, () => {
    test.each(STATUSES)('is pure when %s: frozen input, the same answer twice', (status) => {
      const frozen = deepFrozen(sceneIn(status, scene));
      const pressed = deepFrozen(press);
      expect(decide(action, frozen, pressed)).toEqual(decide(action, frozen, pressed));
      expect(action.offers(frozen)).toEqual(action.offers(frozen));
    });

    test.each(STATUSES)('is offered when %s as the table says', (status) => {
      const { card = [], menu = [] } = action.offers(sceneIn(status, scene));
      expect({ card: card.length > 0, menu: menu.length > 0 }).toEqual({
        card: offered[status] === 'card',
        menu: offered[status] === 'menu',
      });
      expect([...card, ...menu].filter((button) => button.action !== action.name)).toEqual([]);
    });

    test.each(changes)('changes a %s incident with one line, and keeps what it is', (status) => {
      const before = sceneIn(status, scene);
      const decision = decide(action, before, press);
      expect(decision).toMatchObject({
        kind: 'change',
        change: {
          incident: { id: before.incident.id, key: before.incident.key, openedAt: before.incident.openedAt },
          timeline: [{ at: NOW, actor: omar }],
        },
        text: expect.stringMatching(/\S/),
      });
      expect(decision.kind === 'change' && decision.change.timeline).toHaveLength(1);
    });

    test.each(late)('is refused when %s, with who and when', (status) => {
      const { incident } = sceneIn(status);
      const first =
        status === 'resolved'
          ? { by: incident.resolvedBy, at: incident.resolvedAt }
          : status === 'acknowledged'
            ? { by: incident.owner, at: incident.acknowledgedAt }
            : {}; // firing: nobody did anything yet
      expect(decide(action, sceneIn(status, scene), press)).toMatchObject({
        kind: 'refused',
        code: 'too_late',
        ...first,
      });
    });
  });
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFrozen);
    Object.freeze(value);
  }
  return value;
}
