import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { commandFaults, type Json, messageFaults, modalFaults } from './faults.ts';

export const GUILD = '811111111111111111';
export const APPLICATION = '822222222222222222';
export const BOT_TOKEN = `${Buffer.from(APPLICATION).toString('base64url')}.Gfake0.fake-token-of-discord`;

const COMMAND_CHANNEL = '833333333333333332'; // where commands are picked

/** What Discord does instead of answering well. */
export type Trouble =
  | { readonly kind: 'error'; readonly status: number; readonly code: number; readonly message?: string }
  | { readonly kind: 'limited'; readonly seconds: number; readonly global?: true }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'stall' } // reads the request, never answers
  | { readonly kind: 'drop' } // does what it was asked, then cuts the connection
  | { readonly kind: 'refuse' } // cuts the connection, nothing done
  | { readonly kind: 'garbage' }; // does what it was asked, answers 200 with HTML

/** The next `times` calls that fit meet this trouble. */
export interface Script {
  readonly method?: string; // POST
  readonly path?: RegExp; // of what follows /api/v10
  readonly times?: number; // default: until it is healed
  readonly trouble: Trouble;
}

export interface DiscordShown {
  readonly id: string;
  readonly channel: string; // a thread's is the id of its message
  readonly nonce?: string;
  readonly at: number;
  content: Json;
  edits: number;
}
export interface DiscordEntry {
  readonly at: number; // epoch milliseconds
  readonly method: string;
  readonly path: string;
  readonly status: number | string;
  readonly faults?: readonly string[];
  readonly body?: Json;
}
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles?: readonly string[];
}

/** What Discord was answered to an interaction. */
export interface Callback {
  readonly user: string;
  readonly type: number;
  readonly data: Json;
  readonly ms: number;
}

export interface FakeDiscord {
  readonly apiUrl: string;
  readonly log: readonly DiscordEntry[];
  readonly callbacks: readonly Callback[];
  readonly followUps: readonly { readonly user: string; readonly data: Json }[];
  readonly channels: Map<string, { readonly name: string; forbidden?: true }>;
  readonly members: Map<string, readonly string[]>; // a person's roles
  /** Messages that stand, oldest first. */
  messages(channel?: string): readonly DiscordShown[];
  threads: Map<string, string>; // message -> name
  sessions(): number;
  identified: Json[];
  script(script: Script): void;
  heal(): void;
  press(message: DiscordShown, label: string, person: Person): Promise<Callback>;
  /** Presses a button of the newest answer that this person alone sees. */
  pressPrivate(person: Person, label: string): Promise<Callback>;
  submit(person: Person, values: Readonly<Record<string, string>>): Promise<Callback>;
  /** Somebody lets the bot into another server, which has one channel. */
  letInto(guild: string): void;
  /** The commands of the application, by their names. */
  readonly commands: Map<string, Json>;
  /** Picks a command and its subcommand, here or in another server. Resolves with the first answer. */
  command(name: string, sub: string, person: Person, where?: Where): Promise<Callback>;
  deleteMessage(id: string): void;
  /** Cuts the gateway: the client may resume. */
  dropGateway(code?: number): void;
  close(): Promise<void>;
}

/** Where a command is picked; absent: in the server, or with `guild: null` in a direct message. */
export interface Where {
  readonly guild?: string | null;
}

interface Interaction {
  readonly user: Person;
  readonly message: DiscordShown | undefined; // that was pressed on; of a command none
  readonly began: number;
  answered(callback: Callback): void;
}

/** A Discord server: REST and gateway, as they go over the wire; it can be told to fail. */
export async function startFakeDiscord(port = 0): Promise<FakeDiscord> {
  const log: DiscordEntry[] = [];
  const callbacks: Callback[] = [];
  const followUps: { user: string; data: Json }[] = [];
  const messages = new Map<string, DiscordShown>();
  const scripts: { left: number; readonly script: Script }[] = [];
  const stalled = new Set<ServerResponse>();
  const open = new Set<WebSocket>();
  const interactions = new Map<string, Interaction>();
  const privately: { user: string; card: string; message: DiscordShown }[] = [];
  const modals: { user: string; data: Json; message: DiscordShown }[] = [];
  let sequence = 0;
  let dispatched = 0;
  const snowflake = () => String(((BigInt(Date.now()) - 1_420_070_400_000n) << 22n) + BigInt(++sequence % 4_096));

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const gateway = new WebSocketServer({ server });
  gateway.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    const send = (value: object) => socket.send(JSON.stringify(value));
    send({ op: 10, d: { heartbeat_interval: 41_250 } });
    socket.on('message', (data) => {
      const { op, d } = JSON.parse(String(data)) as { op: number; d: Json };
      if (op === 1) send({ op: 11 });
      if (op === 6) send({ op: 0, t: 'RESUMED', s: ++dispatched, d: {} });
      if (op !== 2) return;
      fake.identified.push(d);
      if (d.token !== BOT_TOKEN) return socket.close(4_004, 'Authentication failed.');
      send({
        op: 0,
        t: 'READY',
        s: ++dispatched,
        d: {
          v: 10,
          user: { id: APPLICATION, username: 'tocsin', discriminator: '0', global_name: null, avatar: null, bot: true },
          guilds: [{ id: GUILD, unavailable: true }],
          session_id: 'session',
          resume_gateway_url: `${base.replace('http', 'ws')}/gateway/`,
          application: { id: APPLICATION, flags: 0 },
          shard: [0, 1],
        },
      });
      send({ op: 0, t: 'GUILD_CREATE', s: ++dispatched, d: guild() });
    });
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const guild = () => ({
    id: GUILD,
    name: 'Acme',
    owner_id: '800000000000000001',
    roles: [
      {
        id: '99',
        name: 'SRE',
        permissions: '0',
        position: 1,
        color: 0,
        hoist: false,
        managed: false,
        mentionable: true,
        flags: 0,
      },
      {
        id: GUILD,
        name: '@everyone',
        permissions: '0',
        position: 0,
        color: 0,
        hoist: false,
        managed: false,
        mentionable: false,
        flags: 0,
      },
    ],
    channels: [...fake.channels].map(([id, { name }]) => ({
      id,
      name,
      type: 0,
      position: 0,
      permission_overwrites: [],
    })),
    members: [],
    threads: [],
    emojis: [],
    stickers: [],
    features: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    joined_at: '2026-01-01T00:00:00.000Z',
    member_count: 3,
    large: false,
    unavailable: false,
    premium_tier: 0,
    verification_level: 0,
    nsfw_level: 0,
    preferred_locale: 'en-US',
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const path = new URL(request.url ?? '/', base).pathname.replace(/^\/api(\/v10)?/, '');
    const raw = await text(request);
    const body = (raw === '' ? {} : JSON.parse(raw)) as Json;
    const note = (status: number | string, faults?: readonly string[]) =>
      log.push({ at: Date.now(), method, path, status, body, ...(faults && faults.length > 0 && { faults }) });
    const perform = () => {
      const answer = answerTo(method, path, body, request.headers.authorization ?? '');
      note(answer.status, answer.faults);
      return answer;
    };
    const trouble = troubleFor(method, path);
    switch (trouble?.kind) {
      case undefined: {
        const { status, value } = perform();
        return send(response, status, value);
      }
      case 'error':
        note(trouble.status);
        return send(response, trouble.status, { code: trouble.code, message: trouble.message ?? 'trouble' });
      case 'limited':
        note(429);
        response.setHeader('retry-after', String(trouble.seconds));
        response.setHeader('x-ratelimit-reset-after', String(trouble.seconds));
        response.setHeader('x-ratelimit-remaining', '0');
        response.setHeader('x-ratelimit-limit', '5');
        if (trouble.global) response.setHeader('x-ratelimit-global', 'true');
        return send(response, 429, {
          message: 'You are being rate limited.',
          retry_after: trouble.seconds,
          global: trouble.global ?? false,
        });
      case 'status':
        note(trouble.status);
        return void response.writeHead(trouble.status).end('trouble');
      case 'stall':
        note('stall');
        return void stalled.add(response);
      case 'drop':
        perform();
        return void response.destroy();
      case 'refuse':
        note('refuse');
        return void response.destroy();
      case 'garbage':
        perform();
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
    }
  }

  function troubleFor(method: string, path: string): Trouble | undefined {
    const found = scripts.find(
      ({ left, script }) => left > 0 && (script.method ?? method) === method && (script.path?.test(path) ?? true),
    );
    if (found !== undefined) found.left--;
    return found?.script.trouble;
  }

  /** A 204 may not say that it is JSON: the SDK would read it. */
  function send(response: ServerResponse, status: number, value?: unknown): void {
    if (value === undefined) return void response.writeHead(status).end();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }

  interface Answered {
    readonly status: number;
    readonly value?: unknown;
    readonly faults?: readonly string[];
  }
  const error = (status: number, code: number, message: string, faults: readonly string[] = []): Answered => ({
    status,
    value: {
      code,
      message,
      ...(faults.length > 0 && { errors: { _errors: faults.map((one) => ({ code: 'X', message: one })) } }),
    },
    faults,
  });

  function answerTo(method: string, path: string, body: Json, authorization: string): Answered {
    const [, room = '', id = '', sub = '', subId = '', last = ''] = path.split('/');
    if (room === 'interactions') return called(id, body);
    if (room === 'webhooks') return followed(subId === '' ? sub : sub, body, path);
    if (authorization !== `Bot ${BOT_TOKEN}`) return error(401, 0, '401: Unauthorized');
    if (path === '/gateway/bot') {
      const limit = { total: 1_000, remaining: 1_000, reset_after: 0, max_concurrency: 1 };
      return {
        status: 200,
        value: { url: `${base.replace('http', 'ws')}/gateway`, shards: 1, session_start_limit: limit },
      };
    }
    if (path === '/users/@me') return { status: 200, value: { id: APPLICATION, username: 'tocsin' } };
    if (path === '/users/@me/guilds') return { status: 200, value: [{ id: GUILD, name: 'Acme' }] };
    if (path === `/applications/${APPLICATION}/commands`) return method === 'GET' ? listed() : registered(body);
    if (room === 'guilds' && sub === 'members')
      return { status: 200, value: { user: { id: subId }, roles: fake.members.get(subId) ?? [] } };
    if (room !== 'channels' || sub !== 'messages') return error(404, 0, '404: Not Found');
    const channel = fake.channels.get(id);
    if (channel === undefined && !fake.threads.has(id)) return error(404, 10_003, 'Unknown Channel');
    if (channel?.forbidden) return error(403, 50_001, 'Missing Access');
    if (method === 'POST' && subId === '') return posted(id, body);
    const message = messages.get(subId);
    if (message === undefined || message.channel !== id) return error(404, 10_008, 'Unknown Message');
    if (method === 'GET') return { status: 200, value: shownAs(message) };
    if (method === 'POST' && last === 'threads') {
      if (fake.threads.has(subId)) return error(400, 160_004, 'A thread has already been created for this message');
      const name = String(body.name);
      if (name.length < 1 || name.length > 100) return error(400, 50_035, 'Invalid Form Body', ['name']);
      fake.threads.set(subId, name);
      return { status: 201, value: { id: subId, name, type: 11 } };
    }
    const faults = messageFaults(body);
    if (faults.length > 0) return error(400, 50_035, 'Invalid Form Body', faults);
    message.content = body;
    message.edits++;
    return { status: 200, value: shownAs(message) };
  }

  const listed = (): Answered => ({ status: 200, value: [...fake.commands.values()] });

  /** One of the same name is overwritten: https://docs.discord.com/developers/interactions/application-commands#create-global-application-command */
  function registered(body: Json): Answered {
    const faults = commandFaults(body);
    if (faults.length > 0) return error(400, 50_035, 'Invalid Form Body', faults);
    const before = fake.commands.get(String(body.name));
    const command = {
      id: before?.id ?? snowflake(),
      application_id: APPLICATION,
      version: snowflake(),
      default_member_permissions: null,
      name_localizations: null,
      description_localizations: null,
      nsfw: false,
      ...body,
    };
    fake.commands.set(String(body.name), command);
    return { status: before === undefined ? 201 : 200, value: command };
  }

  function posted(channel: string, body: Json): Answered {
    const nonce = typeof body.nonce === 'string' ? body.nonce : undefined;
    const same = [...messages.values()].find(
      (one) => one.channel === channel && nonce !== undefined && one.nonce === nonce,
    );
    if (same !== undefined && body.enforce_nonce === true) return { status: 200, value: shownAs(same) };
    const faults = messageFaults(body);
    if (faults.length > 0) return error(400, 50_035, 'Invalid Form Body', faults);
    const message = {
      id: snowflake(),
      channel,
      ...(nonce !== undefined && { nonce }),
      at: Date.now(),
      content: body,
      edits: 0,
    };
    messages.set(message.id, message);
    return { status: 200, value: shownAs(message) };
  }

  const shownAs = ({ id, channel, content }: DiscordShown) => ({
    id,
    channel_id: channel,
    type: 0,
    content: content.content ?? '',
    embeds: content.embeds ?? [],
    components: content.components ?? [],
    author: { id: APPLICATION, username: 'tocsin', discriminator: '0', avatar: null, bot: true },
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    pinned: false,
  });

  /** https://docs.discord.com/developers/interactions/receiving-and-responding#responding-to-an-interaction */
  function called(id: string, { type, data = {} }: Json): Answered {
    const interaction = interactions.get(id);
    if (interaction === undefined) return error(404, 10_062, 'Unknown interaction');
    const content = data as Json;
    const faults = type === 9 ? modalFaults(content) : type === 4 || type === 7 ? messageFaults(content) : [];
    if (faults.length > 0) return error(400, 50_035, 'Invalid Form Body', faults);
    const { user, message, began } = interaction;
    if (type === 9 && message !== undefined) modals.push({ user: user.id, data: content, message });
    if (type === 4 && message !== undefined) {
      const shown = { id: snowflake(), channel: message.channel, at: Date.now(), content, edits: 0 };
      privately.push({ user: user.id, card: message.id, message: shown });
    }
    if (type === 7 && message !== undefined) message.content = { ...message.content, ...content };
    const callback = { user: user.id, type: Number(type), data: content, ms: performance.now() - began };
    callbacks.push(callback);
    interaction.answered(callback);
    return { status: 204 };
  }

  function followed(token: string, body: Json, path: string): Answered {
    const interaction = [...interactions.entries()].find(([id]) => path.includes(`token-${id}`))?.[1];
    const faults = messageFaults(body);
    if (faults.length > 0) return error(400, 50_035, 'Invalid Form Body', faults);
    followUps.push({ user: interaction?.user.id ?? token, data: body });
    return {
      status: 200,
      value: {
        id: snowflake(),
        channel_id: interaction?.message?.channel ?? COMMAND_CHANNEL,
        content: '',
        embeds: [],
        components: [],
        author: { id: APPLICATION, username: 'tocsin' },
      },
    };
  }

  function dispatch(
    type: number,
    data: Json,
    message: DiscordShown | undefined,
    person: Person,
    { card, guild = GUILD }: Where & { readonly card?: string } = {},
  ): Promise<Callback> {
    const [socket] = [...open];
    if (socket === undefined)
      throw new Error('There is no gateway: Discord would tell the person that the app did not respond.');
    const id = snowflake();
    const channel = message?.channel ?? COMMAND_CHANNEL;
    const { promise, resolve, reject } = Promise.withResolvers<Callback>();
    interactions.set(id, { user: person, message, began: performance.now(), answered: resolve });
    setTimeout(() => reject(new Error('The application did not respond within 3 s')), 3_000).unref();
    const metadata =
      card === undefined
        ? {}
        : {
            interaction_metadata: {
              id: snowflake(),
              type: 3,
              user: userOf(person),
              authorizing_integration_owners: {},
              interacted_message_id: card,
            },
          };
    socket.send(
      JSON.stringify({
        op: 0,
        t: 'INTERACTION_CREATE',
        s: ++dispatched,
        d: {
          id,
          application_id: APPLICATION,
          type,
          data,
          channel_id: channel,
          channel: { id: channel, type: guild === null ? 1 : 0 },
          ...(guild === null ? { user: userOf(person) } : { guild_id: guild, member: memberOf(person) }),
          token: `token-${id}`,
          version: 1,
          ...(message === undefined ? {} : { message: { ...shownAs(message), ...metadata } }),
          locale: 'en-US',
          entitlements: [],
          authorizing_integration_owners: {},
          attachment_size_limit: 0,
        },
      }),
    );
    return promise;
  }

  const memberOf = (person: Person) => ({
    user: userOf(person),
    roles: person.roles ?? [],
    nick: null,
    joined_at: '2026-01-01T00:00:00.000Z',
    deaf: false,
    mute: false,
    flags: 0,
    permissions: '0',
  });

  const userOf = ({ id, name }: Person) => ({
    id,
    username: name,
    discriminator: '0',
    global_name: `Real ${name}`,
    avatar: null,
  });

  const fake: FakeDiscord = {
    apiUrl: `${base}/api`,
    log,
    callbacks,
    followUps,
    channels: new Map([
      ['833333333333333331', { name: 'alerts' }],
      ['833333333333333332', { name: 'ops' }],
    ]),
    members: new Map(),
    threads: new Map(),
    identified: [],
    commands: new Map(),
    messages: (channel) => [...messages.values()].filter((one) => channel === undefined || one.channel === channel),
    sessions: () => open.size,
    script: (script) => void scripts.push({ left: script.times ?? Number.POSITIVE_INFINITY, script }),
    heal() {
      scripts.length = 0;
      for (const response of stalled) response.destroy();
      stalled.clear();
    },
    press(message, label, person) {
      const found = pressablesOn(message.content).find((one) => one.label === label);
      if (found === undefined) throw new Error(`There is no “${label}” on ${JSON.stringify(message.content)}`);
      return dispatch(3, found.data, message, person);
    },
    pressPrivate(person, label) {
      const seen = privately.findLast(({ user }) => user === person.id);
      const found = pressablesOn(seen?.message.content ?? {}).find((one) => one.label === label);
      if (seen === undefined || found === undefined) throw new Error(`${person.name} sees no “${label}”`);
      return dispatch(3, found.data, seen.message, person, { card: seen.card });
    },
    submit(person, values) {
      const modal = modals.findLast(({ user }) => user === person.id);
      if (modal === undefined) throw new Error(`${person.name} sees no modal`);
      const labels = (modal.data.components as readonly Json[]).filter(({ type }) => type === 18);
      const users: Record<string, Json> = {};
      const components = labels.map(({ component }, index) => {
        const { type, custom_id } = component as Json;
        const given = values[String(custom_id)] ?? '';
        const picked = type === 5 && given !== '' ? [given] : [];
        for (const id of picked) users[id] = userOf({ id, name: id });
        const filled = type === 5 ? { values: picked } : { value: given };
        return { type: 18, id: index + 1, component: { type, id: index + 100, custom_id, ...filled } };
      });
      const resolved = Object.keys(users).length === 0 ? {} : { resolved: { users, members: {} } };
      return dispatch(5, { custom_id: modal.data.custom_id, components, ...resolved }, modal.message, person);
    },
    letInto(id) {
      const channels = [
        { id: id.replace(/^8/, '7'), name: 'general', type: 0, position: 0, permission_overwrites: [] },
      ];
      const roles = guild().roles.map((role) => (role.id === GUILD ? { ...role, id } : role));
      const d = { ...guild(), id, name: 'Strangers', channels, roles };
      for (const socket of open) socket.send(JSON.stringify({ op: 0, t: 'GUILD_CREATE', s: ++dispatched, d }));
    },
    command(name, sub, person, where) {
      const known = fake.commands.get(name);
      const options = (known?.options ?? []) as readonly Json[];
      if (known === undefined || !options.some((option) => option.name === sub))
        throw new Error(`${person.name} finds no command /${name} ${sub}`);
      const data = { id: known.id, name, type: 1, options: [{ type: 1, name: sub, options: [] }] };
      return dispatch(2, data, undefined, person, where);
    },
    deleteMessage: (id) => void messages.delete(id),
    dropGateway(code = 4_000) {
      for (const socket of open) socket.close(code);
    },
    async close() {
      for (const socket of open) socket.terminate();
      gateway.close();
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
  return fake;
}

/** Everything on a message that can be pressed or picked. */
export function pressablesOn({ components = [] }: Json): readonly { readonly label: string; readonly data: Json }[] {
  return (components as readonly Json[]).flatMap(({ components: row }) =>
    (row as readonly Json[]).flatMap(({ type, label, custom_id, options }) =>
      type === 2
        ? [{ label: String(label), data: { component_type: 2, custom_id } }]
        : (options as readonly Json[]).map((option) => ({
            label: String(option.label),
            data: { component_type: 3, custom_id, values: [option.value] },
          })),
    ),
  );
}
