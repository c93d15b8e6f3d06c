import { expect, test } from 'vitest';
import { teamsPlatform } from '../../../src/adapters/teams/platform.ts';
import type { Card } from '../../../src/domain/model.ts';
import type { Press, Reply } from '../../../src/domain/ports.ts';
import { sampleCard } from '../../contracts/adapter.ts';
import { soon } from '../../support/soon.ts';
import { actionsIn } from '../../support/teams/platform.ts';
import { ALERTS, CHAT, type Json, type Pressed, TENANT, type TeamsShown } from '../../support/teams/server.ts';
import { contentOf, parse } from './official.ts';
import { started, to } from './started.ts';

const MAYA = { id: '0b1c2d3e-0000-4000-8000-000000000001', name: 'Maya' };
const CARD = 'application/vnd.microsoft.card.adaptive';
const WORDS = 'application/vnd.microsoft.activity.message';

const card: Card = {
  ...sampleCard,
  more: [
    { action: 'note', label: 'Add a note', asks: [{ name: 'text', label: 'Note', required: true, long: true }] },
    { action: 'run', argument: 'restart', label: 'Restart', asks: [{ name: 'text', label: 'Why', required: true }] },
  ],
};

/** A card in a channel, or in a chat, and somebody who presses on it. */
async function pressed(
  label: string,
  reply: Reply | (() => Promise<Reply>) = { kind: 'told', text: 'well' },
  { channel = 'alerts', inputs = {}, ...how }: Pressed & { channel?: string; inputs?: Json } = {},
) {
  const all = await started(typeof reply === 'function' ? reply : async () => reply);
  const { teams, adapter } = all;
  const { id } = await adapter.post(to(channel), teamsPlatform.render(card));
  const message = teams.messages().find((one) => one.id === id) as TeamsShown;
  const button = actionsIn(contentOf(message.content)).find(({ title }) => title === label);
  const form = button?.card as { readonly actions: readonly [Json] } | undefined;
  const data = { ...((form?.actions[0] ?? button)?.data as Json), ...inputs };
  const press = () => teams.press(message, data, MAYA, how);
  return { ...all, message, press, answer: await press() };
}

test('a press carries who it was by their object id, the tenant, and the message without its thread', async () => {
  const { presses, message } = await pressed('Acknowledge', undefined, { id: 'f:1' });
  expect(presses).toEqual([
    {
      id: `${ALERTS};messageid=${message.id}:f:1`,
      actor: { platform: 'teams', tenant: TENANT, id: MAYA.id, name: 'Maya' },
      incident: sampleCard.incident,
      action: 'acknowledge',
      from: { channel: ALERTS, message: message.id },
    },
  ]);
});

test('a press in a chat names the chat', async () => {
  const { presses, message } = await pressed('Acknowledge', undefined, { channel: CHAT });
  expect(presses[0]?.from).toEqual({ channel: CHAT, message: message.id });
});

test('a press that was done is answered with the card as it is now', async () => {
  const after: Card = { ...card, tone: 'acknowledged', state: 'Acknowledged by Maya', buttons: [] };
  const done: Reply = { kind: 'done', incident: card.incident, card: after, text: 'You have it.' };
  const { answer } = await pressed('Acknowledge', done);
  expect(answer).toMatchObject({ status: 200, body: { statusCode: 200, type: CARD } });
  const shown = contentOf(teamsPlatform.render(after).json);
  expect(answer.body.value).toEqual(shown);
  expect(parse({ attachments: [{ content: answer.body.value }] }).faults).toEqual([]);
});

test.each<readonly [string, Reply, string]>([
  ['told', { kind: 'told', text: 'ROUTE_DB held.' }, 'ROUTE_DB held.'],
  [
    'refused',
    {
      kind: 'refused',
      code: 'too_late',
      text: 'It is acknowledged already.',
      by: { platform: 'slack', id: 'U1', name: 'Jonas' },
      at: Date.UTC(2026, 0, 1, 14, 3),
    },
    'Not done. It is acknowledged already. (Jonas, 14:03 UTC)',
  ],
  [
    'refused for what was filled in',
    {
      kind: 'refused',
      code: 'invalid_input',
      text: 'See below.',
      details: [{ path: 'inputs.text', message: 'Too long.' }],
    },
    'Not done. See below. Too long.',
  ],
  [
    'asked about, on an old card without the form',
    {
      kind: 'ask',
      form: { title: 'Restart API', fields: [], submit: { action: 'run', label: 'Run' } },
      problems: [],
    },
    'Not done: Restart API must be asked about first. This card is an old one; press on the newest.',
  ],
])('a press that is %s is answered in words that its presser alone sees', async (_what, reply, words) => {
  const { answer, teams } = await pressed('Acknowledge', reply);
  expect(answer).toMatchObject({ status: 200, body: { statusCode: 200, type: WORDS, value: words } });
  expect(teams.messages()).toHaveLength(1);
});

test('a form sends what was filled in for it, and not what stands in another one', async () => {
  const inputs = {
    [`${sampleCard.incident}.note/text`]: 'The cache is cold',
    [`${sampleCard.incident}.run.restart/text`]: 'another',
  };
  const { presses } = await pressed('Add a note', undefined, { inputs });
  expect(presses).toMatchObject([{ action: 'note', confirmed: true, inputs: { text: 'The cache is cold' } }]);
});

test('a press that Teams sends again has the id that it had', async () => {
  const { presses, press } = await pressed('Acknowledge', undefined, { id: 'f:1' });
  await press();
  expect(presses).toHaveLength(2);
  expect(presses[1]?.id).toBe(presses[0]?.id);
});

test('presses of two conversations are two, though their activities have one id', async () => {
  const { adapter, teams, presses, press } = await pressed('Acknowledge', undefined, { id: '1', as: 'submit' });
  await press();
  const { id } = await adapter.post(to(CHAT), teamsPlatform.render(card));
  const inChat = teams.messages().find((one) => one.id === id) as TeamsShown;
  const button = actionsIn(contentOf(inChat.content)).find(({ title }) => title === 'Acknowledge');
  await teams.press(inChat, button?.data as Json, MAYA, { id: '1', as: 'submit' });
  expect(presses).toHaveLength(3);
  expect(new Set(presses.map(({ id: press }) => press)).size).toBe(2);
});

test('a press that takes longer than Teams waits is answered before, and its refusal goes to who pressed alone', async () => {
  const late = Promise.withResolvers<Reply>();
  const { answer, teams } = await pressed('Acknowledge', () => late.promise);
  expect(answer.ms).toBeLessThan(5_000);
  expect(answer.body).toMatchObject({ type: WORDS, value: expect.stringContaining('longer than usual') });
  late.resolve({ kind: 'refused', code: 'not_allowed', text: 'Only teams:x may acknowledge.' });
  await soon(() =>
    expect(teams.messages().at(-1)).toMatchObject({
      to: `29:${MAYA.id}`,
      content: { text: 'Not done. Only teams:x may acknowledge.', textFormat: 'plain' },
    }),
  );
});

test('a press that cannot be taken is told so', async () => {
  const { answer } = await pressed('Acknowledge', async () => {
    throw new Error('the disk is full');
  });
  expect(answer.body.value).toContain('Press again in a moment');
});

test('from a client that knows no Action.Execute, it is the same press', async () => {
  const { presses, answer } = await pressed('Acknowledge', undefined, { as: 'submit' });
  expect(answer.status).toBe(200);
  expect(presses).toMatchObject([{ action: 'acknowledge', actor: { id: MAYA.id } }]);
});

test('from such a client, its refusal is a message that its presser alone sees', async () => {
  const refused: Reply = { kind: 'refused', code: 'too_late', text: 'It is resolved already.' };
  const { teams, message } = await pressed('Acknowledge', refused, { as: 'submit' });
  expect(teams.messages().at(-1)).toMatchObject({
    to: `29:${MAYA.id}`,
    thread: message.id,
    content: { text: 'Not done. It is resolved already.' },
  });
});

test.each<readonly [string, Json]>([
  ['of another organisation', { from: { id: '29:x', aadObjectId: 'x', name: 'X', tenantId: 'evil-tenant' } }],
  ['without an object id', { from: { id: '29:x', name: 'X' } }],
  ['on no message', { replyToId: undefined }],
  ['of a button that is none of ours', { value: { action: { data: { press: '../../x' } } } }],
  ['of no button', { value: { action: { data: { verb: 'x' } } } }],
  ['of nothing', { value: null }],
])('a press %s leads nowhere', async (_what, more) => {
  const { presses, answer } = await pressed('Acknowledge', undefined, { more });
  expect(answer).toMatchObject({ status: 200, body: { type: WORDS } });
  expect(presses).toEqual<readonly Press[]>([]);
});
