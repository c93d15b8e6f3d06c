import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { looks } from './adapters/looks.ts';
import { builtWhole, type Closers } from './closers.ts';
import { takenWhileRunning } from './config/at-start.ts';
import type { Config } from './config/config.ts';
import { namedDestinations } from './config/destinations.ts';
import { requiresHttps } from './config/transport.ts';
import { consolePages } from './console/index.ts';
import type { Reached } from './delivery/serving.ts';
import { startDelivery } from './delivery/worker.ts';
import type { Actor, Card } from './domain/model.ts';
import type { Clock, Delivery, Host, Log, Memory } from './domain/ports.ts';
import { createMetrics, type Gauges } from './metrics.ts';
import { createPipeline, type Pipeline, type Settings } from './pipeline/index.ts';
import { withLinks } from './pipeline/links.ts';
import { startTimekeeper } from './pipeline/timekeeper.ts';
import type { Guard } from './receiver/guard.ts';
import { drain, listen } from './receiver/listening.ts';
import { loadSecretUses } from './receiver/secret-uses.ts';
import { createReceiver, reloadTls } from './receiver/server.ts';
import { kinds } from './runbooks/index.ts';
import { startRunner } from './runbooks/runner.ts';
import { readTemplates, type Setup, type Templates } from './setup.ts';
import { openStore } from './store/index.ts';
import { watchFolder } from './templates/watch.ts';

/** A bridge that runs. */
export interface App {
  readonly url: string; // where it listens: http://127.0.0.1:3000
  readonly signIn: string; // the console's sign-in link; it holds the token
  /** Takes a new configuration. What only a start can change is logged. Throws, and keeps the old one, where its certificate does not fit. */
  reload(setup: Ready): void;
  /** Refuses new webhooks, finishes what was accepted, and frees the database. */
  stop(): Promise<void>;
}

/** What an admin wrote, without a fault. */
export interface Ready extends Templates {
  readonly config: Config;
  readonly claimFaults?: Setup['claimFaults'];
}

type Given = Ready & { readonly clock: Clock; readonly log: Log };

/** Builds every room and connects them. Throws FaultsFound where it cannot listen or the database cannot be used; nothing then goes on. */
export const startApp = (given: Given): Promise<App> =>
  builtWhole(given.log, (closers) => connectRooms(given, closers));

async function connectRooms({ clock, log, ...given }: Given, closers: Closers): Promise<App> {
  let { config } = given;
  let templates: Templates = given;
  let { claimFaults = () => [] } = given;
  const rooms = [log];
  const logOf = (bindings: Record<string, string>) => {
    const room = log.child(bindings);
    rooms.push(room);
    return room;
  };
  let { settings, guard } = derived(config, templates);

  const adapters = new Map<string, Reached>();
  const platforms = () => Object.fromEntries([...adapters].map(([name, { adapter }]) => [name, adapter.status()]));
  const { metrics, text: metricsText } = createMetrics();
  const store = await openStore({
    url: config.databaseUrl,
    role: 'server',
    retention: () => config.retention,
    clock,
    log: logOf({ room: 'store' }),
    metrics,
  });
  closers.add(store.close);
  const secretUses = await loadSecretUses({ memory: store.memory, sources: () => config.sources, log });
  closers.add(secretUses.save);
  const pipeline: Pipeline = createPipeline({ store, settings: () => settings, groups: groupsOf, clock, log, metrics });

  const host = (name: string): Host => ({
    clock,
    log: logOf({ platform: name }),
    memory: prefixed(store.memory, `${name}.`),
    press: pipeline.press,
    open: pipeline.open,
  });
  const addAdapter = closers.beside();
  for (const { platform, env } of config.platforms) {
    const adapter = platform.connect(env, host(platform.name));
    adapters.set(platform.name, { adapter, render: platform.render });
    addAdapter(() => adapter.close());
  }

  async function groupsOf(actor: Actor): Promise<readonly string[]> {
    return (await adapters.get(actor.platform)?.adapter.groups?.(actor)) ?? [];
  }

  const key = await signingKey(store.memory);
  /** As the destination shows it: where no press can be sent, with links for its buttons. */
  function cardFor(delivery: Delivery, name: string): Card {
    const card = pipeline.cardFor(delivery, name);
    const { publicUrl, platforms } = config;
    if (
      publicUrl === undefined ||
      platforms.find(({ platform }) => platform.name === name)?.platform.buttons !== 'links'
    )
      return card;
    return withLinks(card, delivery.destination, { key, publicUrl, now: clock.now(), isOpen: pipeline.isOpen });
  }

  const ownToken = randomBytes(24).toString('base64url'); // where none is configured
  const access = () => ({
    token: config.consoleToken ?? ownToken,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    secureCookies: config.tls !== undefined || (config.publicUrl?.startsWith('https:') ?? false),
  });
  const addEntrance = closers.beside(); // what was accepted is finished, while requests under way are still stored
  const gauges: Gauges = {
    clock,
    destinations: () => [...namedDestinations(config).keys()],
    lanes: async () => (await store.counts()).lanes,
    platforms,
    secrets: secretUses.lastUsed,
  };
  const server = createReceiver({
    bridge: pipeline,
    sources: () => config.sources,
    guard: () => guard,
    clock,
    log,
    metrics,
    secretUsed: secretUses.used,
    health: async () => (closers.isClosing ? { writable: false, reason: 'shutting down' } : store.health()),
    platforms,
    metricsText: () => metricsText(gauges),
    metricsToken: () => config.metricsToken,
    endpoints: [...adapters.values()].flatMap(({ adapter }) => adapter.endpoints ?? []),
    maxBodyBytes: () => config.maxBodyBytes,
    draining: () => closers.isClosing,
    fetch,
    ...(config.tls === undefined ? {} : { tls: config.tls }),
  });
  addEntrance(() => drain(server, clock));
  await server.register(consolePages, {
    bridge: pipeline,
    store,
    access,
    signingKey: key,
    clock,
    log,
    looks,
    about: () => ({
      sources: config.sources.map(({ source }) => ({ name: source.name, label: source.label, auth: source.auth })),
      routes: config.routes.map(({ name, text }) => ({ name, text })),
      runbooks: templates.runbooks.map(({ name, label }) => ({ name, label })),
    }),
  });

  const delivery = startDelivery({
    lanes: store.lanes,
    watch: store.watch,
    adapters,
    card: cardFor,
    lost: pipeline.lost,
    back: pipeline.back,
    clock,
    random: Math.random,
    log: logOf({ room: 'delivery' }),
    metrics,
  });
  addEntrance(() => delivery.stop());
  const runner = startRunner({
    queue: store.runs,
    watch: store.watch,
    runbooks: () => templates.runbooks,
    kinds,
    incident: store.incident,
    allowed: pipeline.mayStill,
    secrets: (name) => config.variable(name),
    began: pipeline.began,
    ended: pipeline.ended,
    refresh: pipeline.refresh,
    lapse: pipeline.lapse,
    clock,
    log: logOf({ room: 'runbooks' }),
  });
  addEntrance(runner.stop);
  const timekeeper = startTimekeeper({
    timers: store.timers,
    watch: store.watch,
    ring: pipeline.ring,
    clock,
    log: logOf({ room: 'timers' }),
  });
  addEntrance(timekeeper.stop);
  const watch = (folder: string) =>
    ['cards', 'runbooks'].map((part) => watchFolder(join(folder, part), rereadTemplates));
  let watching = watch(config.templatesDir);
  const unwatch = () => {
    for (const folder of watching) folder.close();
  };
  closers.add(unwatch);

  function take(next: Config, read: Templates): void {
    config = next;
    templates = read;
    ({ settings, guard } = derived(next, read));
  }

  /** Whole or not at all: with a fault the last good ones stay. */
  async function rereadTemplates(): Promise<void> {
    const before = config;
    const read = await readTemplates(before.templatesDir, before.routes);
    if (config !== before) return rereadTemplates(); // they were taken for another configuration
    const faults = [...read.faults, ...claimFaults(read.claims)];
    if (faults.length > 0) log.error({ faults }, 'the changed templates have faults: the last good ones stay');
    else {
      take(config, read);
      pipeline.reloaded();
      log.info('templates were read again');
    }
  }

  const url = await listen(server, config);

  function reload({ config: next, claimFaults: nextFaults, ...read }: Ready): void {
    const taken = takenWhileRunning(config, next);
    if (taken.config.tls !== undefined) reloadTls(server, taken.config.tls);
    if (taken.waiting.length > 0) log.warn({ settings: taken.waiting }, 'changed, and taken at the next start only');
    if (next.templatesDir !== config.templatesDir) {
      unwatch();
      watching = watch(next.templatesDir);
    }
    for (const room of rooms) room.level = next.logLevel;
    pipeline.reloaded();
    take(taken.config, read);
    claimFaults = nextFaults ?? (() => []);
  }

  return {
    url,
    get signIn() {
      return `${config.publicUrl ?? url}/?token=${access().token}`;
    },
    reload,
    stop: closers.close,
  };
}

/** What each webhook asks for, made once. */
function derived(config: Config, templates: Templates): { readonly settings: Settings; readonly guard: Guard } {
  return { settings: { ...config, ...templates }, guard: { ...config, requireHttps: requiresHttps(config) } };
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
