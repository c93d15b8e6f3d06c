import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { limitFaults } from '../../../src/adapters/teams/limits.ts';
import { parse } from '../../adapters/teams/official.ts';
import { newSigner, type Signer } from './tokens.ts';

export type Json = Record<string, unknown>;

export const TENANT = '0b1c2d3e-0000-4000-8000-0000000000aa';
export const CLIENT = '0b1c2d3e-0000-4000-8000-0000000000bb';
export const SECRET = 'fake-client-secret';
export const ISSUER = 'https://api.botframework.com';
export const BOT = `28:${CLIENT}`;
export const ALERTS = '19:alerts@thread.tacv2';
export const OPS = '19:ops@thread.tacv2';
export const CHAT = '19:chat@thread.v2';

/** What Microsoft does instead of answering well. */
export type Trouble =
  | { readonly kind: 'error'; readonly status: number; readonly code?: string; readonly message?: string }
  | { readonly kind: 'limited'; readonly status?: number; readonly after?: string }
  | { readonly kind: 'login'; readonly status: number; readonly words: string } // Entra's refusal
  | { readonly kind: 'stall' } // reads the request, never answers
  | { readonly kind: 'drop' } // does what it was asked, then cuts the connection
  | { readonly kind: 'refuse' } // cuts the connection, nothing done
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'garbage' }; // does what it was asked, answers 200 with HTML

/** The next `times` calls that fit meet this trouble. */
export interface Script {
  readonly method?: string;
  readonly path?: RegExp;
  readonly times?: number; // default: until it is healed
  readonly trouble: Trouble;
}

export interface TeamsShown {
  readonly id: string;
  readonly conversation: string;
  readonly thread?: string; // the message that it replies to
  readonly to?: string; // the one person who sees it
  content: Json;
  edits: number;
}
export interface TeamsEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number | string;
  readonly faults?: readonly string[];
}
export interface Person {
  readonly id: string; // AAD object id
  readonly name: string;
  readonly tenant?: string; // of another organisation
}

/** What came of an activity that was sent to the bridge. */
export interface Answered {
  readonly status: number;
  readonly ms: number;
  readonly body: Json;
}

/** How an activity goes to the bridge, where it is not as Teams sends it. */
export interface Sending {
  readonly token?: string | ((claims: Json) => string);
  readonly noToken?: true;
}

export interface FakeTeams {
  readonly origin: string;
  readonly serviceUrl: string;
  readonly log: readonly TeamsEntry[];
  readonly signer: Signer;
  /** Signs for another channel of the Bot Framework, by a key that is published beside ours. */
  readonly webChat: Signer;
  readonly conversations: Map<string, { forbidden?: true }>;
  /** Ids of people who did not add the app, and are in no team that has it: they have no chat with the bot. */
  readonly unreachable: Set<string>;
  readonly strangers: Set<string>; // object ids of those who are no members
  /** How long the bot's tokens are good for, in seconds. */
  tokenFor: number;
  tokens(): readonly string[];
  /** Tokens that were given out are taken no more. */
  revoke(): void;
  /** Where the bridge listens. */
  bridge: string | undefined;
  /** Messages that stand, oldest first. */
  messages(conversation?: string): readonly TeamsShown[];
  script(script: Script): void;
  heal(): void;
  /** Sends an activity as Teams does. */
  send(activity: Json, how?: Sending): Promise<Answered>;
  /** What stands around every activity. */
  activity(more: Json): Json;
  /** The app is added to a team: its conversation, and where it is served. */
  install(conversation: string, serviceUrl?: string): Promise<Answered>;
  /** Somebody mentions the bot in the thread of a channel, or writes to it in their own chat. */
  say(words: string, person: Person, conversation?: string): Promise<Answered>;
  /** Presses what carries this data, as `Action.Execute` or, on older clients, as `Action.Submit`. */
  press(message: TeamsShown, data: Json, person: Person, how?: Pressed): Promise<Answered>;
  deleteMessage(id: string): void;
  close(): Promise<void>;
}
export interface Pressed {
  readonly as?: 'execute' | 'submit';
  readonly id?: string;
  readonly more?: Json;
}

/** Keys are dear to make, and all fakes may have the same. */
const signer = newSigner('key-1');
const webChat = newSigner('key-3', ['webchat']);

/** Entra, the Bot Framework's keys and the connector, as they go over the wire; it can be told to fail. */
export async function startFakeTeams(port = 0): Promise<FakeTeams> {
  const log: TeamsEntry[] = [];
  const messages = new Map<string, TeamsShown>();
  const deleted = new Set<string>(); // people's own messages are threads too, so a root need not be one of ours
  const scripts: { left: number; readonly script: Script }[] = [];
  const stalled = new Set<ServerResponse>();
  const tokens = new Map<string, number>(); // until when each is good
  let clock = Date.now();

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const path = decodeURIComponent(request.url ?? '/');
    const body = await text(request);
    const note = (status: number | string, faults?: readonly string[]) =>
      log.push({ method, path, status, ...(faults && { faults }) });
    const send = (status: number, json: Json, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
    };
    const perform = () => {
      const { status, json, faults } = answerTo(method, path, body, request.headers.authorization ?? '');
      note(status, faults);
      return { status, json };
    };
    const trouble = troubleFor(method, path);
    switch (trouble?.kind) {
      case undefined: {
        const { status, json } = perform();
        return send(status, json);
      }
      case 'error':
        note(trouble.status);
        return send(trouble.status, {
          error: { code: trouble.code ?? 'Error', message: trouble.message ?? 'trouble' },
        });
      case 'limited':
        note('limited');
        return send(
          trouble.status ?? 429,
          { error: { code: 'Throttled', message: 'Too many requests' } },
          trouble.after === undefined ? {} : { 'retry-after': trouble.after },
        );
      case 'login':
        note(trouble.status);
        return send(trouble.status, { error: 'invalid_client', error_description: trouble.words });
      case 'stall':
        note('stall');
        return void stalled.add(response);
      case 'drop':
        perform();
        return void response.destroy();
      case 'refuse':
        note('refuse');
        return void response.destroy();
      case 'redirect':
        note(307);
        return void response.writeHead(307, { location: trouble.to }).end();
      case 'garbage':
        perform();
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
    }
  }

  function troubleFor(method: string, path: string): Trouble | undefined {
    const found = scripts.find(
      ({ left, script }) =>
        left > 0 && (script.method ?? method) === method && (script.path === undefined || script.path.test(path)),
    );
    if (found !== undefined) found.left--;
    return found?.script.trouble;
  }

  interface Done {
    readonly status: number;
    readonly json: Json;
    readonly faults?: readonly string[];
  }
  const wrong = (status: number, code: string, message = code, faults?: readonly string[]): Done => ({
    status,
    json: { error: { code, message } },
    ...(faults && { faults }),
  });

  function answerTo(method: string, path: string, body: string, authorization: string): Done {
    if (path === '/keys') return { status: 200, json: { keys: [...signer.keys.keys, ...webChat.keys.keys] } };
    if (path.startsWith('/login/')) return login(path, new URLSearchParams(body));
    const good = tokens.get(authorization.replace(/^Bearer /, ''));
    if (good === undefined || good < Date.now()) return wrong(401, 'Unauthorized');
    if (method === 'POST' && /^\/[\w-]+\/v3\/conversations$/.test(path)) return chat(JSON.parse(body) as Json);
    const [, of, person] = /^\/[\w-]+\/v3\/conversations\/([^/]+)\/members\/([^/]+)$/.exec(path) ?? [];
    if (method === 'GET' && of !== undefined && person !== undefined) return member(of, person);
    const [, id = '', message, query = ''] =
      /^\/[\w-]+\/v3\/conversations\/([^/]+)\/activities(?:\/([^/?]+))?(\?.*)?$/.exec(path) ?? [];
    const [conversation = '', root] = id.split(';messageid=');
    const known = fake.conversations.get(conversation);
    if (known === undefined) return wrong(404, 'ConversationNotFound');
    if (known.forbidden) return wrong(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation.');
    const content = JSON.parse(body) as Json;
    const faults = contentFaults(content);
    if (faults.length > 0) return wrong(400, 'BadSyntax', faults.join(' '), faults);
    if (method === 'PUT') return update(conversation, message ?? '', content);
    if (root !== undefined && deleted.has(root)) return wrong(404, 'ActivityNotFoundInConversation');
    return create(conversation, root, content, query.includes('isTargetedActivity=true'));
  }

  /** https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
  function login(path: string, form: URLSearchParams): Done {
    const isRight =
      path === `/login/${TENANT}/oauth2/v2.0/token` &&
      form.get('grant_type') === 'client_credentials' &&
      form.get('client_id') === CLIENT &&
      form.get('client_secret') === SECRET &&
      form.get('scope') === `${ISSUER}/.default`;
    if (!isRight)
      return {
        status: 401,
        json: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' },
      };
    const token = signer.sign({ appid: CLIENT, tid: TENANT, jti: randomUUID() });
    tokens.set(token, Date.now() + fake.tokenFor * 1_000);
    return { status: 200, json: { token_type: 'Bearer', expires_in: fake.tokenFor, access_token: token } };
  }

  /** https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#create-conversation */
  function chat({ members, tenantId }: Json): Done {
    const [person] = (Array.isArray(members) ? members : []) as readonly { readonly id?: string }[];
    if (person?.id === undefined || tenantId !== TENANT) return wrong(400, 'BadSyntax', 'Bad member or tenant');
    if (fake.unreachable.has(person.id.replace('29:', ''))) return wrong(403, 'BotNotInConversationRoster');
    const id = chatWith({ id: person.id.replace('29:', '') });
    fake.conversations.set(id, {});
    return { status: 201, json: { id } };
  }

  /** https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/get-teams-context#fetch-single-member-details */
  function member(conversation: string, person: string): Done {
    if (!fake.conversations.has(conversation) || fake.strangers.has(person))
      return wrong(404, 'MemberNotFoundInConversation');
    return { status: 200, json: { id: `29:${person}`, objectId: person, name: `Real ${person}`, tenantId: TENANT } };
  }

  function create(conversation: string, thread: string | undefined, content: Json, isTargeted: boolean): Done {
    const id = String(++clock);
    const to = (content.recipient as { id?: string } | undefined)?.id;
    if (isTargeted && to === undefined) return wrong(400, 'BadArgument', 'A targeted activity needs a recipient.');
    messages.set(id, {
      id,
      conversation,
      content,
      edits: 0,
      ...(thread === undefined ? {} : { thread }),
      ...(isTargeted && to !== undefined ? { to } : {}),
    });
    return { status: 201, json: { id } };
  }

  function update(conversation: string, id: string, content: Json): Done {
    const known = messages.get(id);
    if (known === undefined || known.conversation !== conversation) return wrong(404, 'ActivityNotFoundInConversation');
    known.content = content;
    known.edits++;
    return { status: 200, json: { id } };
  }

  async function send(activity: Json, { token, noToken }: Sending = {}): Promise<Answered> {
    if (fake.bridge === undefined) throw new Error('nobody said where the bridge listens');
    const claims = claimsFor(String(activity.serviceUrl));
    const bearer = typeof token === 'string' ? token : (token?.(claims) ?? signer.sign(claims));
    const began = performance.now();
    const response = await fetch(`${fake.bridge}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(noToken ? {} : { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify(activity),
    });
    const said = await response.text();
    return {
      status: response.status,
      ms: performance.now() - began,
      body: said === '' ? {} : (JSON.parse(said) as Json),
    };
  }

  const fake: FakeTeams = {
    origin,
    serviceUrl: `${origin}/teams`,
    log,
    signer,
    webChat,
    unreachable: new Set(),
    strangers: new Set(),
    conversations: new Map([
      [ALERTS, {}],
      [OPS, {}],
      [CHAT, {}],
    ]),
    tokenFor: 86_399,
    tokens: () => [...tokens.keys()],
    revoke: () => {
      for (const token of tokens.keys()) tokens.set(token, 0);
    },
    bridge: undefined,
    messages: (conversation) =>
      [...messages.values()].filter((message) => conversation === undefined || message.conversation === conversation),
    script: (script) => scripts.push({ left: script.times ?? Number.POSITIVE_INFINITY, script }),
    heal() {
      scripts.length = 0;
      for (const response of stalled) response.destroy();
      stalled.clear();
    },
    send,
    activity: (more) => ({
      id: `f:${randomUUID()}`,
      channelId: 'msteams',
      serviceUrl: fake.serviceUrl,
      timestamp: new Date().toISOString(),
      recipient: { id: BOT, name: 'Tocsin' },
      ...more,
      channelData: { tenant: { id: TENANT }, ...(more.channelData as Json | undefined) },
    }),
    install: (conversation, serviceUrl = fake.serviceUrl) =>
      send(
        fake.activity({
          type: 'installationUpdate',
          action: 'add',
          serviceUrl,
          from: { id: '29:admin', aadObjectId: 'admin' },
          conversation: { id: conversation, conversationType: 'channel', tenantId: TENANT },
        }),
      ),
    say: (words, person, conversation = OPS) => {
      const isAlone = conversation === chatWith(person);
      if (isAlone) fake.conversations.set(conversation, {});
      return send(
        fake.activity({
          type: 'message',
          text: isAlone ? words : `<at>Tocsin</at>&nbsp;${words}\n`,
          from: fromOf(person),
          conversation: isAlone
            ? { id: conversation, conversationType: 'personal', tenantId: TENANT }
            : { id: `${conversation};messageid=1`, conversationType: 'channel', tenantId: TENANT },
          ...(isAlone ? {} : { entities: [MENTION] }),
          channelData: isAlone ? {} : { channel: { id: conversation, name: 'DB on-call' } },
        }),
      );
    },
    press(message, data, person, { as = 'execute', id, more = {} } = {}) {
      const isChannel = message.conversation.endsWith('@thread.tacv2');
      const root = message.thread ?? message.id;
      const what =
        as === 'execute'
          ? {
              type: 'invoke',
              name: 'adaptiveCard/action',
              value: { action: { type: 'Action.Execute', verb: 'press', data }, trigger: 'manual' },
            }
          : { type: 'message', text: '', value: data };
      return send(
        fake.activity({
          ...what,
          ...(id === undefined ? {} : { id }),
          from: fromOf(person),
          conversation: {
            id: isChannel ? `${message.conversation};messageid=${root}` : message.conversation,
            conversationType: isChannel ? 'channel' : 'groupChat',
            tenantId: TENANT,
          },
          replyToId: message.id,
          ...more,
        }),
      );
    },
    deleteMessage(id) {
      messages.delete(id);
      deleted.add(id);
    },
    async close() {
      this.heal();
      server.closeAllConnections();
      server.close();
      await once(server, 'close').catch(() => {});
    },
  };
  return fake;
}

const MENTION = { type: 'mention', text: '<at>Tocsin</at>', mentioned: { id: BOT, name: 'Tocsin' } };

/** A person's own chat with the bot. */
export const chatWith = ({ id }: Pick<Person, 'id'>): string => `a:1-${id}`;

const fromOf = ({ id, name, tenant }: Person) => ({
  id: `29:${id}`,
  aadObjectId: id,
  name,
  ...(tenant === undefined ? {} : { tenantId: tenant }),
});

/** https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#connector-to-bot */
export function claimsFor(serviceUrl: string): Json {
  const now = Math.floor(Date.now() / 1_000);
  return { iss: ISSUER, aud: CLIENT, serviceurl: serviceUrl, nbf: now - 10, exp: now + 3_600 };
}

/** What Microsoft's parser and the published limits say against it. */
function contentFaults(content: Json): readonly string[] {
  if (content.type !== 'message') return ['type must be message'];
  if (content.attachments === undefined) return typeof content.text === 'string' ? [] : ['there is no text'];
  return [...parse(content).faults, ...limitFaults(content)];
}
