import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { consolePlatform } from '../../src/adapters/console.ts';
import { type Delivering, startDelivery } from '../../src/delivery/worker.ts';
import type { Failure } from '../../src/domain/errors.ts';
import { newId } from '../../src/domain/id.ts';
import type { Card, DeliveryView, Incident, Line, LineKind, RouteOptions } from '../../src/domain/model.ts';
import type { Adapter, Clock, Delivery, Host, Platform, Store } from '../../src/domain/ports.ts';
import { sampleCard } from '../contracts/adapter.ts';
import { clockAt } from '../support/clock.ts';
import { httpChat } from '../support/http-chat/platform.ts';
import type { Entry } from '../support/http-chat/protocol.ts';
import { type HttpChatServer, startHttpChat } from '../support/http-chat/server.ts';
import { newIncident } from '../support/incident.ts';
import { quietStore } from '../support/store.ts';

/** Store, delivery and a chat server, wired as the app wires them. */
export interface Bridge extends AsyncDisposable {
  readonly chat: HttpChatServer;
  readonly store: Store;
  readonly clock: Clock;
  readonly lost: { readonly delivery: Delivery; readonly failure: Failure }[];
  readonly back: Delivery[];
  readonly attempted: string[];
  readonly delivered: { readonly platform: string; readonly seconds: number }[];
  /** The wall clock is set ahead, or back. */
  skip(ms: number): void;
  start(): Delivering;
  /** A new incident with one delivery; answers the incident's id. */
  open(destination: string, title?: string, tell?: readonly Line[]): Promise<string>;
  /** A change of an incident, with its line. */
  change(incident: string, patch: Partial<Incident>, line?: Line): Promise<void>;
  delivery(incident: string): Promise<DeliveryView>;
  /** What happened in a channel, in order. */
  seen(channel: string, kind?: Entry['kind']): readonly Entry[];
}

const OPTIONS: RouteOptions = { template: 'incident', mention: [] };

export async function startBridge({
  speed = 1,
  adapters = {},
  card = {},
}: {
  readonly speed?: number;
  readonly card?: Partial<Card>; // what every card shows
  readonly adapters?: Readonly<Record<string, { readonly adapter: Adapter; readonly render?: Platform['render'] }>>;
} = {}): Promise<Bridge> {
  const steady = clockAt(speed);
  const clock = { ...steady, now: () => steady.now() + ahead };
  const chat = await startHttpChat();
  let ahead = 0;
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-delivery-'));
  const log = pino({ level: 'silent' });
  const store = await quietStore(join(folder, 'tocsin.db'), { clock });
  const workers: Delivering[] = [];
  const [lost, back, attempted, delivered]: [Bridge['lost'], Delivery[], string[], Bridge['delivered']] = [
    [],
    [],
    [],
    [],
  ];
  const known = [
    { platform: httpChat, adapter: httpChat.connect({ url: chat.url }, {} as Host) },
    { platform: consolePlatform, adapter: consolePlatform.connect(true, {} as Host) },
  ];
  const reached = new Map([
    ...known.map(({ platform, adapter }) => [platform.name, { adapter, render: platform.render }] as const),
    ...Object.entries(adapters).map(
      ([name, { adapter, render = httpChat.render }]) => [name, { adapter, render }] as const,
    ),
  ]);

  return {
    chat,
    store,
    clock,
    lost,
    back,
    attempted,
    delivered,
    skip(ms) {
      ahead += ms;
    },
    start() {
      const worker = startDelivery({
        lanes: store.lanes,
        watch: (changed) => store.watch(changed),
        adapters: reached,
        card: ({ incident }) => ({
          ...sampleCard,
          incident: incident.id,
          revision: incident.revision,
          title: incident.title,
          state: incident.status,
          ...card,
        }),
        clock,
        random: Math.random,
        log,
        metrics: {
          webhook: () => {},
          committed: () => {},
          delivered: (platform, seconds) => void delivered.push({ platform, seconds }),
          attempted: (platform, outcome) => void attempted.push(`${platform} ${outcome}`),
          pressed: () => {},
          ran: () => {},
        },
        lost: async (delivery, failure) => void lost.push({ delivery, failure }),
        back: async (delivery) => void back.push(delivery),
      });
      workers.push(worker);
      return worker;
    },
    async open(destination, title = 'Production API is down', timeline = []) {
      const now = clock.now();
      const incident = newIncident({ id: newId(now), title, openedAt: now, lastEventAt: now });
      const delivery = { id: newId(clock.now()), destination, route: 'ROUTE_DEFAULT', options: OPTIONS };
      const change = { incident, timeline, deliveries: [delivery] };
      await store.change({ keys: [incident.key], decide: () => ({ changes: [change], answer: undefined }) });
      return incident.id;
    },
    async change(id, patch, line = lineOf('noted', 'edit')) {
      await store.change({
        ids: [id],
        decide: ({ byId }) => ({
          changes: [{ incident: { ...byId.get(id)!, ...patch }, timeline: [line] }],
          answer: undefined,
        }),
      });
    },
    async delivery(incident) {
      const view = await store.incident(incident);
      return view!.deliveries[0]!;
    },
    seen: (channel, kind) => chat.log.filter((one) => one.channel === channel && (kind ?? one.kind) === one.kind),
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.stop(0)));
      await store.close();
      await chat.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function lineOf(kind: LineKind, tell: Line['tell'], text: string = kind): Line {
  return { at: Date.now(), kind, actor: { platform: 'console', id: 'console', name: 'Maya' }, text, tell };
}
