import { randomBytes } from 'node:crypto';
import { looks } from './adapters/looks.ts';
import { builtWhole, type Closers } from './closers.ts';
import { namedDestinations } from './config/destinations.ts';
import { consolePages } from './console/index.ts';
import type { About, Access } from './console/options.ts';
import type { Reached } from './delivery/serving.ts';
import { type DeliveryOptions, startDelivery } from './delivery/worker.ts';
import type { Clock, Log, Memory } from './domain/ports.ts';
import { createLiveSettings, type LiveSettings } from './live-settings.ts';
import { roomLogs } from './log.ts';
import { createMetrics, type Gauges } from './metrics.ts';
import { createPipeline, type Pipeline } from './pipeline/index.ts';
import { withLinks } from './pipeline/links.ts';
import { startTimekeeper } from './pipeline/timekeeper.ts';
import { drain, listen } from './receiver/listening.ts';
import { loadSecretUses } from './receiver/secret-uses.ts';
import { createReceiver, reloadTls } from './receiver/server.ts';
import { type Reloading, startReloading } from './reloading.ts';
import { kinds } from './runbooks/index.ts';
import { startRunner } from './runbooks/runner.ts';
import { type Ready, readTemplates } from './setup.ts';
import { openStore } from './store/index.ts';
import { watchFolder } from './templates/watch.ts';

/** A bridge that runs. */
export interface App {
  readonly url: string; // where it listens: http://127.0.0.1:3000
  readonly signIn: string; // the console's sign-in link; it holds the token
  readonly reload: Reloading['reload'];
  /** Refuses new webhooks, finishes what was accepted, and frees the database. */
  stop(): Promise<void>;
}

type Given = Ready & { readonly clock: Clock; readonly log: Log };

/** Builds every room and connects them. Throws FaultsFound where it cannot listen or the database cannot be used; nothing then goes on. */
export const startApp = (given: Given): Promise<App> =>
  builtWhole(given.log, (closers) => connectRooms(given, closers));

async function connectRooms({ clock, log, ...ready }: Given, closers: Closers): Promise<App> {
  const live = createLiveSettings(ready);
  const logs = roomLogs(log);
  const { metrics, text: metricsText } = createMetrics();

  const store = await openStore({
    url: live.config.databaseUrl,
    role: 'server',
    retention: () => live.config.retention,
    clock,
    log: logs.of({ room: 'store' }),
    metrics,
  });
  closers.add(store.close);
  const secretUses = await loadSecretUses({ memory: store.memory, sources: () => live.config.sources, log });
  closers.add(secretUses.save);
  const key = await signingKey(store.memory);

  const adapters = new Map<string, Reached>();
  const pipeline = createPipeline({
    store,
    settings: () => live.settings,
    groups: async (actor) => (await adapters.get(actor.platform)?.adapter.groups?.(actor)) ?? [],
    clock,
    log,
    metrics,
  });
  const addAdapter = closers.beside();
  for (const { platform, env } of live.config.platforms) {
    const { name, render } = platform;
    const adapter = platform.connect(env, {
      clock,
      log: logs.of({ platform: name }),
      memory: prefixed(store.memory, `${name}.`),
      press: pipeline.press,
      open: pipeline.open,
    });
    adapters.set(name, { adapter, render });
    addAdapter(() => adapter.close());
  }
  const platforms = () => Object.fromEntries([...adapters].map(([name, { adapter }]) => [name, adapter.status()]));

  const addEntrance = closers.beside(); // what was accepted is finished, and requests under way are still stored
  const gauges: Gauges = {
    clock,
    destinations: () => [...namedDestinations(live.config).keys()],
    lanes: async () => (await store.counts()).lanes,
    platforms,
    secrets: secretUses.lastUsed,
  };
  const server = createReceiver({
    bridge: pipeline,
    sources: () => live.config.sources,
    guard: () => live.guard,
    clock,
    log,
    metrics,
    secretUsed: secretUses.used,
    health: async () => (closers.isClosing ? { writable: false, reason: 'shutting down' } : store.health()),
    platforms,
    metricsText: () => metricsText(gauges),
    metricsToken: () => live.config.metricsToken,
    endpoints: [...adapters.values()].flatMap(({ adapter }) => adapter.endpoints ?? []),
    maxBodyBytes: () => live.config.maxBodyBytes,
    draining: () => closers.isClosing,
    fetch,
    ...(live.config.tls === undefined ? {} : { tls: live.config.tls }),
  });
  addEntrance(() => drain(server, clock));
  const access = accessTo(live);
  await server.register(consolePages, {
    bridge: pipeline,
    store,
    access,
    signingKey: key,
    clock,
    log,
    looks,
    about: () => aboutOf(live),
  });

  const delivery = startDelivery({
    lanes: store.lanes,
    watch: store.watch,
    adapters,
    card: cardsWithLinks({ pipeline, live, key, clock }),
    lost: pipeline.lost,
    back: pipeline.back,
    clock,
    random: Math.random,
    log: logs.of({ room: 'delivery' }),
    metrics,
  });
  addEntrance(() => delivery.stop());
  const runner = startRunner({
    queue: store.runs,
    watch: store.watch,
    runbooks: () => live.settings.runbooks,
    kinds,
    incident: store.incident,
    allowed: pipeline.mayStill,
    secrets: (name) => live.config.variable(name),
    began: pipeline.began,
    ended: pipeline.ended,
    refresh: pipeline.refresh,
    lapse: pipeline.lapse,
    clock,
    log: logs.of({ room: 'runbooks' }),
  });
  addEntrance(runner.stop);
  const timekeeper = startTimekeeper({
    timers: store.timers,
    watch: store.watch,
    clockSetBack: store.clockSetBack,
    ring: pipeline.ring,
    retime: pipeline.retime,
    clock,
    log: logs.of({ room: 'timers' }),
  });
  addEntrance(timekeeper.stop);

  const reloading = startReloading({
    live,
    log,
    readTemplates,
    watchFolder,
    accept({ tls }) {
      if (tls !== undefined) reloadTls(server, tls);
    },
    taken() {
      logs.setLevel(live.config.logLevel);
      pipeline.reloaded();
    },
  });
  closers.add(reloading.close);

  const url = await listen(server, live.config);
  return {
    url,
    get signIn() {
      return `${live.config.publicUrl ?? url}/?token=${access().token}`;
    },
    reload: reloading.reload,
    stop: closers.close,
  };
}

/** How the console is reached, and by whom: with a token of its own making where none is configured. */
function accessTo(live: LiveSettings): () => Access {
  const ownToken = randomBytes(24).toString('base64url');
  return () => {
    const { consoleToken, publicUrl, tls } = live.config;
    return {
      token: consoleToken ?? ownToken,
      ...(publicUrl !== undefined && { publicUrl }),
      secureCookies: tls !== undefined || (publicUrl?.startsWith('https:') ?? false),
    };
  };
}

function aboutOf({ config, settings }: LiveSettings): About {
  return {
    sources: config.sources.map(({ source: { name, label, auth } }) => ({ name, label, auth })),
    routes: config.routes.map(({ name, text }) => ({ name, text })),
    runbooks: settings.runbooks.map(({ name, label }) => ({ name, label })),
  };
}

interface Linked {
  readonly pipeline: Pipeline;
  readonly live: LiveSettings;
  readonly key: string;
  readonly clock: Clock;
}

/** Cards as their destinations show them: where no press can be sent, with links for their buttons. */
function cardsWithLinks({ pipeline, live, key, clock }: Linked): DeliveryOptions['card'] {
  return (delivery, name) => {
    const card = pipeline.cardFor(delivery, name);
    const { publicUrl, platforms } = live.config;
    const isLinked = platforms.some(({ platform }) => platform.name === name && platform.buttons === 'links');
    if (publicUrl === undefined || !isLinked) return card;
    return withLinks(card, delivery.destination, { key, publicUrl, now: clock.now(), isOpen: pipeline.isOpen });
  };
}

/** Signs cookies and links: made once and kept, so that a restart signs nobody out. */
async function signingKey(memory: Memory): Promise<string> {
  const kept = await memory.get('signing.key');
  if (kept !== undefined) return kept;
  const made = randomBytes(32).toString('base64url');
  await memory.put('signing.key', made);
  return made;
}

function prefixed(memory: Memory, prefix: string): Memory {
  return { get: (name) => memory.get(prefix + name), put: (name, value) => memory.put(prefix + name, value) };
}
