import { looks } from '../../src/adapters/looks.ts';
import type { Look } from '../../src/console/looks/index.ts';
import type { Listing } from '../../src/console/pages/list.ts';
import type { Scene } from '../../src/console/pages/screen.ts';
import type { Viewer } from '../../src/console/pages/viewer.ts';
import type { Actor, Card, DeliveryView, Incident, IncidentView, Line, Run } from '../../src/domain/model.ts';
import { incident as sample } from '../support/incident.ts';

/** What the pages are drawn from, as plain data: one night. */
export const NOW = Date.parse('2026-11-24T14:32:22Z');
export const viewer: Viewer = { now: NOW, zone: 'Europe/Berlin', name: 'Maya Ortiz' };
export const ago = (minutes: number, seconds = 0): number => NOW - (minutes * 60 + seconds) * 1_000;

export const maya: Actor = { platform: 'slack', id: 'U1', name: 'Maya Ortiz' };
const jonas: Actor = { platform: 'discord', id: '9', name: 'jonas' };
const wizstatus: Actor = { platform: 'monitor', id: 'wizstatus', name: 'WizStatus' };

export function incident(over: Partial<Incident> = {}): Incident {
  return sample({
    id: 'api',
    key: 'wizstatus:api',
    url: 'https://api.example.com/',
    labels: { location: 'us-east', response_code: '500', type: 'http' },
    openedAt: ago(4, 22),
    lastEventAt: ago(2, 22),
    revision: 4,
    why: [
      { route: 'ROUTE_DB', held: false, because: 'monitor is "Production API", not "db-.*"', destinations: [] },
      { route: 'ROUTE_DEFAULT', held: true, because: 'no route took it', destinations: ['slack:ops', 'teams:ops'] },
    ],
    ...over,
  });
}

export function card(of: Incident = incident(), over: Partial<Card> = {}): Card {
  const text = (value: string) => [{ kind: 'text', text: value } as const];
  return {
    incident: of.id,
    revision: of.revision,
    at: NOW,
    tone: of.status === 'firing' ? of.severity : of.status,
    state:
      of.status === 'firing'
        ? 'Critical, firing'
        : of.status === 'acknowledged'
          ? 'Acknowledged by Maya Ortiz'
          : 'Resolved by Maya Ortiz after 4 m 10 s',
    notice: 'CRITICAL · Production API is down',
    title: of.title,
    ...(of.url === undefined ? {} : { url: of.url }),
    facts: [
      { name: 'Since', value: [{ kind: 'time', at: of.openedAt, style: 'clock' }] },
      { name: 'Reports', value: text(String(of.count)) },
      { name: 'Monitor', value: text(of.monitor) },
      { name: 'Where', value: text(of.brief) },
      { name: 'Owner', value: text(of.owner?.name ?? 'nobody yet') },
    ],
    body: [{ kind: 'paragraph', spans: text(of.text) }],
    mentions: [],
    buttons: [
      { action: 'acknowledge', label: 'Acknowledge', style: 'primary' },
      { action: 'run', argument: 'restart-api', label: 'Restart API', style: 'run', confirm: 'Restart every host?' },
      { action: 'resolve', label: 'Resolve' },
    ],
    more: [
      { action: 'snooze', argument: '1h', label: 'Snooze for 1 hour' },
      { action: 'note', label: 'Add a note', asks: [{ name: 'text', label: 'Note', required: true }] },
      { action: 'why', label: 'Why did I get this?' },
    ],
    ...over,
  };
}

export function run(over: Partial<Run> = {}): Run {
  return {
    id: 'r1',
    incident: 'api',
    runbook: 'restart-api',
    label: 'Restart API',
    state: 'running',
    by: maya,
    inputs: {},
    digest: '',
    approvals: 0,
    requestedAt: ago(0, 19),
    startedAt: ago(0, 18),
    timeoutAt: ago(-1, -42),
    summary: '',
    output:
      'draining api-1 … done (3.1 s)\nrestarting api-1 … healthy after 6.4 s\ndraining api-2 … done (2.8 s)\nrestarting api-2 …\n',
    values: {},
    ...over,
  };
}

export const lines: readonly Line[] = [
  {
    at: ago(4, 22),
    kind: 'opened',
    actor: wizstatus,
    text: 'reported: Production API is down (us-east, HTTP 500)',
    tell: 'channel',
  },
  { at: ago(2, 22), kind: 'repeated', actor: wizstatus, text: 'reported it again', tell: 'edit' },
  {
    at: ago(0, 42),
    kind: 'noted',
    actor: jonas,
    text: 'added a note: Deploy 4f2c went out at 14:27, checking.',
    tell: 'thread',
  },
  { at: ago(0, 19), kind: 'run', actor: maya, text: 'asked for Restart API', tell: 'thread' },
];

export const deliveries: readonly DeliveryView[] = [
  delivery({ destination: 'slack:ops' }),
  delivery({
    destination: 'discord:alerts',
    state: 'dead',
    error: 'Missing Access. Invite the bot to the channel, then replay.',
  }),
  delivery({
    destination: 'teams:ops',
    state: 'retrying',
    attempt: 1,
    retryAt: NOW + 4_000,
    error: '429 from Teams, asked to wait 5 s',
  }),
];

export function delivery(over: Partial<DeliveryView>): DeliveryView {
  return {
    id: over.destination ?? 'd',
    destination: 'slack:ops',
    route: 'ROUTE_DEFAULT',
    options: { template: 'incident', mention: [] },
    state: 'delivered',
    wanted: 4,
    delivered: 4,
    attempt: 0,
    ...over,
  };
}

export function view(over: Partial<Incident> = {}, runs: readonly Run[] = []): IncidentView {
  return { incident: incident(over), timeline: lines, deliveries, runs };
}

/** The night's list: three fire, one is acknowledged, three are over. */
export const listing: Listing = {
  kind: 'now',
  firing: [
    incident({
      id: 'eu',
      monitor: 'checkout-eu latency',
      severity: 'warning',
      flapping: true,
      brief: 'p95 over 2 s',
      openedAt: ago(1),
      count: 1,
    }),
    incident({
      id: 'db',
      monitor: 'Database primary',
      severity: 'error',
      brief: 'connection refused',
      openedAt: ago(3),
    }),
    incident(),
  ],
  acknowledged: [
    incident({
      id: 'img',
      monitor: 'Image resizer',
      status: 'acknowledged',
      owner: maya,
      acknowledgedAt: ago(9),
      openedAt: ago(12),
      brief: 'queue is 4,000 long',
    }),
  ],
  resolved: [
    incident({
      id: 'search',
      monitor: 'Search index',
      status: 'resolved',
      openedAt: ago(35, 10),
      resolvedAt: ago(31),
      resolvedBy: wizstatus,
    }),
    incident({
      id: 'cdn',
      monitor: 'cdn.example.com',
      status: 'resolved',
      openedAt: ago(60, 48),
      resolvedAt: ago(60),
      resolvedBy: wizstatus,
    }),
    incident({
      id: 'mail',
      monitor: 'Mail queue',
      status: 'resolved',
      openedAt: ago(137),
      resolvedAt: ago(120),
      resolvedBy: jonas,
    }),
  ],
  counts: { firing: 3, acknowledged: 1 },
};

/** Ten thousand fire, of which the newest are read. */
export const storm: Listing = {
  kind: 'now',
  firing: Array.from({ length: 500 }, (_, n) =>
    incident({
      id: `s${n}`,
      monitor: `db-${n % 6}`,
      severity: n % 6 === 0 ? 'critical' : 'warning',
      title: `replica ${n} lags`,
      brief: `replica ${n}`,
      openedAt: ago(0, n / 10),
      count: 1,
    }),
  ),
  acknowledged: [],
  resolved: [],
  counts: { firing: 10_000, acknowledged: 0 },
};

/** One source, and as many monitors as incidents. */
export const oneSource: Listing = {
  kind: 'now',
  firing: Array.from({ length: 206 }, (_, n) =>
    incident({
      id: `s${n}`,
      monitor: `db-${n}`,
      severity: n % 10 === 0 ? 'critical' : n % 4 === 0 ? 'error' : n % 3 === 0 ? 'info' : 'warning',
      title: `db-${n} replication lags`,
      brief: `${n} s behind`,
      openedAt: ago(0, n / 10),
      count: 1,
    }),
  ),
  acknowledged: listing.acknowledged,
  resolved: [],
  counts: { firing: 206, acknowledged: 1 },
};

export const quiet: Listing = {
  kind: 'now',
  firing: [],
  acknowledged: [],
  resolved: [],
  counts: { firing: 0, acknowledged: 0 },
};

/** `as`: shown as that platform would. */
export function scene(
  over: Partial<Incident> = {},
  cardOver: Partial<Card> = {},
  runs: readonly Run[] = [],
  as?: Look,
): Scene {
  const shown = view(over, runs);
  const drawn = card(shown.incident, cardOver);
  const look = as && { as, json: looks[as]?.(drawn).json };
  return { listing, shown: { view: shown, card: drawn, ...(look && { look }) } };
}
