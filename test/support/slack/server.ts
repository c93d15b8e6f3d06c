import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { blockFaults, type Json } from './block-faults.ts';

export const TEAM = 'T0ACME000';
export const BOT_TOKEN = 'xoxb-fake-bot';
export const APP_TOKEN = 'xapp-fake-app';
export const SIGNING_SECRET = 'fake-signing-secret';

/** What Slack does instead of answering well. */
export type Trouble =
  | { readonly kind: 'error'; readonly error: string; readonly more?: Json }
  | { readonly kind: 'limited'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'stall' } // reads the request, never answers
  | { readonly kind: 'drop' } // does what it was asked, then cuts the connection
  | { readonly kind: 'refuse' } // cuts the connection, nothing done
  | { readonly kind: 'garbage' }; // does what it was asked, answers 200 with HTML

/** The next `times` calls that fit meet this trouble. */
export interface Script {
  readonly method?: string;
  readonly channel?: string;
  readonly containing?: string; // in the call's parameters
  readonly times?: number; // default: until it is healed
  readonly trouble: Trouble;
}

export interface SlackMessageShown {
  readonly ts: string;
  readonly channel: string;
  readonly thread?: string;
  readonly broadcast: boolean;
  readonly metadata: Json | undefined;
  content: Json; // as it was sent last: text, blocks, attachments
  edits: number;
}

/** One line of the append-only log. */
export interface SlackEntry {
  readonly at: number; // epoch milliseconds
  readonly method: string;
  readonly channel?: string;
  readonly outcome: string; // ok, an error of Slack, or the trouble
  readonly faults?: readonly string[];
}

type Texts = Readonly<Record<string, string>>;

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly team?: string; // of another workspace
}

/** A private answer, or what replaced the message. */
export interface Response {
  readonly user: string;
  readonly content: Json;
}

export interface FakeSlack {
  readonly apiUrl: string;
  readonly log: readonly SlackEntry[];
  readonly responses: readonly Response[];
  readonly views: readonly { readonly user: string; readonly trigger: string; readonly view: Json }[];
  /** Messages that stand, oldest first. */
  messages(channel?: string): readonly SlackMessageShown[];
  channels: Map<string, { readonly name: string; archived?: boolean; member?: boolean; isPrivate?: boolean }>;
  groups: Map<string, readonly string[]>;
  scopes: string[];
  /** Where presses go in HTTP mode; absent: by the sockets. */
  eventsUrl: string | undefined;
  sockets(): number;
  script(script: Script): void;
  heal(): void;
  /** Somebody presses what carries this label on the message, or picks it in its menu. Resolves with Slack's view of the acknowledgement. */
  press(message: SlackMessageShown, label: string, person: Person, more?: Json): Promise<Acknowledged>;
  /** Fills in the newest modal of this person. */
  submit(person: Person, values: Readonly<Record<string, string>>): Promise<Acknowledged>;
  /** Writes the slash command with these words. Resolves with Slack's view of the acknowledgement. */
  command(command: string, words: string, person: Person, more?: Texts): Promise<Acknowledged>;
  deleteMessage(ts: string): void;
  /** As Slack does to renew connections, or when it restarts. */
  dropSockets(most?: number): void;
  close(): Promise<void>;
}

export interface Acknowledged {
  readonly status: number; // by HTTP; 200 by a socket
  readonly ms: number;
  readonly payload: Json;
}

/** A Slack workspace: Web API, Socket Mode, signed requests. Speaks its wire protocol, and can be told to fail. */
export async function startFakeSlack(port = 0): Promise<FakeSlack> {
  const log: SlackEntry[] = [];
  const responses: Response[] = [];
  const views: { user: string; trigger: string; view: Json }[] = [];
  const messages = new Map<string, SlackMessageShown>();
  const scripts: { left: number; readonly script: Script }[] = [];
  const stalled = new Set<ServerResponse>();
  const open = new Set<WebSocket>();
  const awaited = new Map<string, (payload: Json) => void>();
  const pressedBy = new Map<string, string>(); // response url's key -> person
  let clock = Math.floor(Date.now() / 1_000);
  let sequence = 0;

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ server, path: '/socket' });
  sockets.on('connection', (socket) => {
    open.add(socket);
    const pings = setInterval(() => socket.ping(), 5_000);
    socket.on('close', () => {
      clearInterval(pings);
      open.delete(socket);
    });
    socket.on('message', (data) => {
      const { envelope_id: id, payload } = JSON.parse(String(data)) as { envelope_id: string; payload: Json };
      awaited.get(id)?.(payload);
    });
    socket.send(JSON.stringify({ type: 'hello', num_connections: open.size, connection_info: { app_id: 'A0' } }));
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', base).pathname;
    const body = await text(request);
    if (path.startsWith('/respond/')) return respond(path.slice('/respond/'.length), JSON.parse(body), response);
    const method = path.replace(/^\/api\//, '');
    const parameters = parametersOf(body);
    const channel = typeof parameters.channel === 'string' ? parameters.channel : undefined;
    const note = (outcome: string, faults?: readonly string[]) =>
      log.push({
        at: Date.now(),
        method,
        outcome,
        ...(channel !== undefined && { channel }),
        ...(faults && { faults }),
      });
    const trouble = troubleFor(method, channel, body);
    const perform = () => {
      const answer = answerTo(method, parameters, request.headers.authorization ?? '');
      note(answer.ok === true ? 'ok' : String(answer.error), answer.faults as never);
      return answer;
    };
    switch (trouble?.kind) {
      case undefined:
        return send(response, perform());
      case 'error':
        note(trouble.error);
        return send(response, { ok: false, error: trouble.error, ...trouble.more });
      case 'limited':
        note('limited');
        response.writeHead(429, { 'retry-after': String(trouble.seconds), 'content-type': 'application/json' });
        return void response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
      case 'status':
        note(String(trouble.status));
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

  function troubleFor(method: string, channel: string | undefined, body: string): Trouble | undefined {
    const found = scripts.find(
      ({ left, script }) =>
        left > 0 &&
        (script.method ?? method) === method &&
        (script.channel ?? channel) === channel &&
        (script.containing === undefined || decodeURIComponent(body.replaceAll('+', ' ')).includes(script.containing)),
    );
    if (found !== undefined) found.left--;
    return found?.script.trouble;
  }

  function send(response: ServerResponse, answer: Json): void {
    const { faults: _, ...json } = answer;
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'x-oauth-scopes': fake.scopes.join(','),
    });
    response.end(JSON.stringify(json));
  }

  function answerTo(method: string, given: Json, authorization: string): Json {
    const token = authorization.replace(/^Bearer /, '');
    if (token !== (method === 'apps.connections.open' ? APP_TOKEN : BOT_TOKEN))
      return { ok: false, error: 'invalid_auth' };
    switch (method) {
      case 'auth.test':
        return {
          ok: true,
          url: `${base}/`,
          team: 'Acme',
          team_id: TEAM,
          user: 'tocsin',
          user_id: 'U0BOT0000',
          bot_id: 'B0BOT0000',
        };
      case 'apps.connections.open':
        return { ok: true, url: `${base.replace('http', 'ws')}/socket` };
      case 'conversations.list': {
        const channels = [...fake.channels]
          .filter(([, { archived }]) => !archived)
          .map(([id, { name }]) => ({ id, name }));
        const from = Number(given.cursor ?? 0);
        const next = from + 2 < channels.length ? String(from + 2) : ''; // small pages, so that they are turned
        return { ok: true, channels: channels.slice(from, from + 2), response_metadata: { next_cursor: next } };
      }
      case 'conversations.history': {
        const refused = channelTrouble(String(given.channel), 'read');
        if (refused !== undefined) return { ok: false, error: refused };
        const found = shown(String(given.channel)).filter(
          ({ ts, thread }) => thread === undefined && Number(ts) >= Number(given.oldest ?? 0),
        );
        return {
          ok: true,
          messages: found.toReversed().map(({ ts, metadata, content }) => ({
            ts,
            ...content,
            ...(metadata && given.include_all_metadata ? { metadata } : {}),
          })),
        };
      }
      case 'usergroups.list':
        return { ok: true, usergroups: [...fake.groups].map(([id, users]) => ({ id, handle: id, users })) };
      case 'users.info':
        return { ok: true, user: { id: given.user, real_name: `Real ${given.user}`, profile: { display_name: '' } } };
      case 'views.open': {
        const view = given.view as Json;
        const isLong = String((view.title as Json).text).length > 24;
        const faults = [
          ...blockFaults(view.blocks as readonly Json[], 'modal'),
          ...(isLong ? ['title must be no more than 24'] : []),
        ];
        if (faults.length > 0)
          return { ok: false, error: 'invalid_arguments', faults, response_metadata: { messages: faults } };
        const trigger = String(given.trigger_id);
        views.push({ user: trigger.split('.')[0] as string, trigger, view });
        return { ok: true, view: { id: `V${views.length}`, ...view } };
      }
      case 'chat.postMessage':
        return post(given);
      case 'chat.update':
        return update(given);
      default:
        return { ok: false, error: 'unknown_method' };
    }
  }

  function post(given: Json): Json {
    const channel = String(given.channel);
    const refused = channelTrouble(channel, 'write') ?? undefined;
    if (refused !== undefined) return { ok: false, error: refused };
    if (given.thread_ts !== undefined && !messages.has(String(given.thread_ts)))
      return { ok: false, error: 'thread_not_found' };
    const faults = contentFaults(given);
    if (faults.length > 0)
      return { ok: false, error: 'invalid_blocks', faults, response_metadata: { messages: faults } };
    const ts = `${++clock}.${String(++sequence).padStart(6, '0')}`;
    messages.set(ts, {
      ts,
      channel,
      broadcast: String(given.reply_broadcast) === 'true',
      metadata: given.metadata as Json | undefined,
      content: contentOf(given),
      edits: 0,
      ...(given.thread_ts === undefined ? {} : { thread: String(given.thread_ts) }),
    });
    return { ok: true, channel, ts };
  }

  function update(given: Json): Json {
    const known = messages.get(String(given.ts));
    if (known === undefined || known.channel !== given.channel) return { ok: false, error: 'message_not_found' };
    const faults = contentFaults(given);
    if (faults.length > 0)
      return { ok: false, error: 'invalid_blocks', faults, response_metadata: { messages: faults } };
    known.content = contentOf(given);
    known.edits++;
    return { ok: true, channel: known.channel, ts: known.ts };
  }

  function channelTrouble(id: string, what: 'read' | 'write'): string | undefined {
    const channel = fake.channels.get(id);
    if (channel === undefined) return 'channel_not_found';
    if (channel.archived) return 'is_archived';
    return channel.member === false && (what === 'read' || channel.isPrivate) ? 'not_in_channel' : undefined;
  }

  function respond(key: string, content: Json, response: ServerResponse): void {
    const [ts = '', user = ''] = (pressedBy.get(key) ?? '').split(' ');
    const message = messages.get(ts);
    const isReplacement = content.replace_original === true;
    const faults = contentFaults(content);
    log.push({
      at: Date.now(),
      method: 'response_url',
      outcome: faults.length === 0 ? 'ok' : 'invalid_blocks',
      faults,
    });
    if (faults.length > 0) return void response.writeHead(400).end('invalid_blocks');
    if (isReplacement && message !== undefined) message.content = contentOf(content);
    responses.push({ user, content });
    response.writeHead(200).end('ok');
  }

  async function press(
    message: SlackMessageShown,
    label: string,
    person: Person,
    more: Json = {},
  ): Promise<Acknowledged> {
    const action = actionsOn(message.content).find((one) => one.label === label);
    if (action === undefined) throw new Error(`There is no “${label}” on ${JSON.stringify(message.content)}`);
    const key = randomUUID();
    pressedBy.set(key, `${message.ts} ${person.id}`);
    return deliver({
      type: 'block_actions',
      team: { id: TEAM, domain: 'acme' },
      user: userOf(person),
      api_app_id: 'A0',
      token: 'unused',
      container: { type: 'message', message_ts: message.ts, channel_id: message.channel },
      trigger_id: `${person.id}.${randomUUID()}`,
      channel: { id: message.channel, name: fake.channels.get(message.channel)?.name },
      message: { ts: message.ts, ...message.content },
      response_url: `${base}/respond/${key}`,
      actions: [
        { ...action.json, block_id: action.block, action_ts: `${++clock}.${String(++sequence).padStart(6, '0')}` },
      ],
      ...more,
    });
  }

  async function submit(person: Person, values: Readonly<Record<string, string>>): Promise<Acknowledged> {
    const index = views.findLastIndex(({ user }) => user === person.id);
    const opened = views[index];
    if (opened === undefined) throw new Error(`${person.name} sees no modal`);
    const fields = (opened.view.blocks as readonly Json[]).filter(({ type }) => type === 'input');
    const state = Object.fromEntries(
      fields.map(({ block_id, element }) => {
        const { type, action_id } = element as Json;
        const given = values[String(block_id)] ?? null;
        const filled = type === 'users_select' ? { selected_user: given } : { value: given };
        return [String(block_id), { [String(action_id)]: { type, ...filled } }];
      }),
    );
    return deliver({
      type: 'view_submission',
      team: { id: TEAM, domain: 'acme' },
      user: userOf(person),
      api_app_id: 'A0',
      token: 'unused',
      trigger_id: `${person.id}.${randomUUID()}`,
      view: { id: `V${index + 1}`, ...opened.view, state: { values: state }, hash: '1' },
    });
  }

  /** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
  async function command(name: string, words: string, person: Person, more: Texts = {}): Promise<Acknowledged> {
    if (!fake.scopes.includes('commands')) throw new Error(`${name} is not a valid command.`);
    const key = randomUUID();
    pressedBy.set(key, ` ${person.id}`);
    const fields = {
      token: 'unused',
      team_id: person.team ?? TEAM,
      team_domain: 'acme',
      channel_id: 'C0RANDOM0',
      channel_name: 'random',
      user_id: person.id,
      user_name: person.name,
      command: name,
      text: words,
      api_app_id: 'A0',
      is_enterprise_install: 'false',
      response_url: `${base}/respond/${key}`,
      trigger_id: `${person.id}.${randomUUID()}`,
      ...more,
    };
    return deliver(fields, 'slash_commands', String(new URLSearchParams(fields)));
  }

  const userOf = ({ id, name, team = TEAM }: Person) => ({ id, username: name, name, team_id: team });

  /** `form`: the same as the body of a request, where it goes by HTTP. */
  async function deliver(
    payload: Json,
    type: 'interactive' | 'slash_commands' = 'interactive',
    form = `payload=${encodeURIComponent(JSON.stringify(payload))}`,
  ): Promise<Acknowledged> {
    const began = performance.now();
    if (fake.eventsUrl !== undefined) {
      const answer = await fetch(fake.eventsUrl, signed(form));
      const answered = await answer.text();
      return {
        status: answer.status,
        ms: performance.now() - began,
        payload: answered === '' ? {} : JSON.parse(answered),
      };
    }
    const [socket] = alive();
    if (socket === undefined)
      throw new Error('There is no open socket: Slack would tell the person that the app did not answer.');
    const envelope_id = randomUUID();
    const acknowledged = new Promise<Json>((resolve) => awaited.set(envelope_id, resolve));
    socket.send(JSON.stringify({ envelope_id, type, accepts_response_payload: true, payload }));
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('The app did not answer within 3 s')), 3_000).unref(),
    );
    return { payload: await Promise.race([acknowledged, late]), status: 200, ms: performance.now() - began };
  }

  const alive = () => [...open].filter(({ readyState }) => readyState === 1);

  function shown(channel?: string): readonly SlackMessageShown[] {
    return [...messages.values()].filter((message) => channel === undefined || message.channel === channel);
  }

  const fake: FakeSlack = {
    apiUrl: `${base}/api/`,
    log,
    responses,
    views,
    messages: shown,
    channels: new Map([
      ['C0GENERAL', { name: 'general' }],
      ['C0RANDOM0', { name: 'random' }],
      ['C0ALERTS0', { name: 'alerts' }],
      ['C0OPS0000', { name: 'ops' }],
    ]),
    groups: new Map(),
    scopes: [
      'chat:write',
      'chat:write.public',
      'channels:read',
      'groups:read',
      'channels:history',
      'groups:history',
      'usergroups:read',
      'users:read',
      'commands',
    ],
    eventsUrl: undefined,
    sockets: () => alive().length,
    script: (script) => void scripts.push({ left: script.times ?? Number.POSITIVE_INFINITY, script }),
    heal() {
      scripts.length = 0;
      for (const response of stalled) response.destroy();
      stalled.clear();
    },
    press,
    submit,
    command,
    deleteMessage: (ts) => void messages.delete(ts),
    dropSockets(most = Number.POSITIVE_INFINITY) {
      for (const socket of alive().slice(0, most)) {
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
        socket.close();
      }
    },
    async close() {
      for (const socket of open) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
  return fake;
}

/** A request as Slack signs it: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signed(body: string, secret = SIGNING_SECRET, at = Math.floor(Date.now() / 1_000)) {
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': signature,
    },
    body,
  };
}

function parametersOf(body: string): Json {
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [name, /^[[{]/.test(value) ? JSON.parse(value) : value]),
  );
}

const contentOf = ({ text: words, blocks, attachments }: Json): Json => ({ text: words, blocks, attachments });

function contentFaults({ blocks = [], attachments = [] }: Json): readonly string[] {
  return [
    ...blockFaults(blocks as readonly Json[], 'message'),
    ...(attachments as readonly Json[]).flatMap((one) => blockFaults((one.blocks ?? []) as readonly Json[], 'message')),
  ];
}

export interface Pressable {
  readonly label: string;
  readonly block: string;
  readonly json: Json;
}

/** Everything on a message that can be pressed or picked. */
export function actionsOn({ blocks = [], attachments = [] }: Json): readonly Pressable[] {
  const all = [
    ...(blocks as readonly Json[]),
    ...(attachments as readonly Json[]).flatMap((one) => (one.blocks ?? []) as readonly Json[]),
  ];
  return all
    .filter(({ type }) => type === 'actions')
    .flatMap(({ block_id, elements }) =>
      (elements as readonly Json[]).flatMap((element) => pressables(element, String(block_id))),
    );
}

function pressables(element: Json, block: string): readonly Pressable[] {
  const { type, action_id, value } = element;
  const labelOf = ({ text: label }: Json) => String((label as Json).text);
  if (type === 'button') return [{ label: labelOf(element), block, json: { type, action_id, value } }];
  return (element.options as readonly Json[]).map((option) => ({
    label: labelOf(option),
    block,
    json: { type, action_id, selected_option: option },
  }));
}
