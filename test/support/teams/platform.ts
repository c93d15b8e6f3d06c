import { onTestFinished } from 'vitest';
import { contentOf } from '../../adapters/teams/official.ts';
import { drawn, seen } from '../../adapters/teams/seen.ts';
import { type Person, type PlatformFake, person, type ShownCard, type ShownForm } from '../../stories/platform.ts';
import {
  ALERTS,
  CLIENT,
  chatWith,
  type FakeTeams,
  type Json,
  OPS,
  SECRET,
  startFakeTeams,
  TENANT,
  type TeamsShown,
} from './server.ts';

export interface TeamsTeam extends PlatformFake {
  readonly teams: FakeTeams;
}

/** What points the bridge at the fake. */
export const envOf = ({ origin }: FakeTeams) => ({
  TEAMS_CLIENT_ID: CLIENT,
  TEAMS_CLIENT_SECRET: SECRET,
  TEAMS_TENANT_ID: TENANT,
  TEAMS_LOGIN_URL: `${origin}/login`,
  TEAMS_OPENID_KEYS_URL: `${origin}/keys`,
  TEAMS_SERVICE_HOSTS: new URL(origin).host,
  TEAMS_CHANNEL_ALERTS: ALERTS,
});

/** A team with two channels as the stories see it. It ends with the test. */
export async function startTeamsTeam(): Promise<TeamsTeam> {
  const teams = await startFakeTeams();
  onTestFinished(() => teams.close());
  const conversationOf = (destination: string) =>
    destination === 'teams:alerts' ? ALERTS : destination.replace('teams:', '');
  const shown = new Map<string, TeamsShown>();
  const told = new Map<string, string[]>(); // by person
  const opened = new Map<string, { readonly message: TeamsShown; readonly form: Json }>(); // by person: the form that they see
  const isTold = ({ content, thread, to }: TeamsShown) =>
    content.attachments !== undefined && thread === undefined && to === undefined;
  /** A line of the timeline has nothing to press. */
  const isCard = (message: TeamsShown) => {
    if (!isTold(message)) return false;
    const { buttons, menu } = seen(message.content);
    return buttons.length + menu.length > 0;
  };

  const cardOf = (message: TeamsShown): ShownCard => {
    const look = seen(message.content);
    const card = {
      id: message.id,
      text: look.text,
      notice: drawn(String(message.content.summary)),
      buttons: [...look.buttons, ...look.menu].map(({ label }) => label),
      thread: teams
        .messages(message.conversation)
        .filter(({ thread }) => thread === message.id)
        .map(({ content }) => lineOf(content)),
    };
    shown.set(`${card.id} ${card.text}`, { ...message });
    return card;
  };

  /** What one person alone sees: in their chat with the bot, or targeted at them. */
  const saidTo = (id: string) =>
    teams
      .messages()
      .filter(({ to, conversation }) => to === `29:${id}` || conversation === chatWith({ id }))
      .map(({ content }) =>
        content.attachments === undefined ? { text: String(content.text), links: [], pings: [] } : seen(content),
      );

  async function pressed(message: TeamsShown, data: Json, person: Person): Promise<number> {
    const { status, ms, body } = await teams.press(message, data, person);
    if (status !== 200) throw new Error(`The press was answered ${status}`);
    if (body.type === 'application/vnd.microsoft.activity.message')
      told.set(person.id, [...(told.get(person.id) ?? []), String(body.value)]);
    else seen({ attachments: [{ content: body.value }] }); // a card that can be drawn
    return ms;
  }

  return {
    teams,
    env: envOf(teams),
    people: [
      person('0b1c2d3e-0000-4000-8000-000000000001', 'Maya'),
      person('0b1c2d3e-0000-4000-8000-000000000002', 'Jonas'),
    ],
    main: 'teams:alerts',
    other: `teams:${OPS}`,
    missing: 'teams:19:nowhere@thread.tacv2',
    formsOpenByThemselves: true,
    losesPosts: true,
    listensAt: (url) => {
      teams.bridge = url;
    },
    cards: (destination) => teams.messages(conversationOf(destination)).filter(isCard).map(cardOf),
    told: (destination) =>
      teams
        .messages(conversationOf(destination))
        .filter((message) => isTold(message) && !isCard(message))
        .map(({ content }) => seen(content).text),
    async press(card, label, person) {
      // As it stood when it was seen: people press what is on their screen.
      const message = shown.get(`${card.id} ${card.text}`) as TeamsShown;
      const action = actionsIn(contentOf(message.content)).find(({ title }) => title === label);
      if (action === undefined) throw new Error(`There is no “${label}” on ${JSON.stringify(message.content)}`);
      if (action.type === 'Action.ShowCard') {
        opened.set(person.id, { message, form: action });
        return 0;
      }
      return pressed(message, action.data as Json, person);
    },
    whispers: ({ id }) => [...(told.get(id) ?? []), ...saidTo(id).map(({ text }) => text)],
    ask: async (words, person) => (await teams.say(words, person)).ms,
    answer: ({ id }) => saidTo(id).at(-1),
    form({ id }): ShownForm | undefined {
      const form = opened.get(id)?.form;
      if (form === undefined) return undefined;
      const { body } = form.card as { readonly body: readonly Json[] };
      return {
        title: String(form.title),
        text: body
          .filter(({ type }) => type === 'RichTextBlock')
          .map(({ inlines }) => (inlines as readonly Json[]).map(({ text }) => text).join(''))
          .join('\n'),
        fields: body.filter(isInput).map(({ id: input }) => nameOf(String(input))),
      };
    },
    async submit(person, values) {
      const { message, form } = opened.get(person.id)!;
      const { body, actions } = form.card as { readonly body: readonly Json[]; readonly actions: readonly [Json] };
      const inputs = body.filter(isInput).map(({ id }) => [String(id), values[nameOf(String(id))] ?? '']);
      await pressed(message, { ...(actions[0].data as Json), ...Object.fromEntries(inputs) }, person);
      return {}; // what is wrong is told privately
    },
    deleteCard: ({ id }) => teams.deleteMessage(id),
    trouble(what, destination) {
      const conversation = destination === undefined ? '[^/]+' : conversationOf(destination);
      const posts = { method: 'POST', path: new RegExp(`/conversations/${conversation}/activities$`) };
      switch (what) {
        case 'busy':
          return teams.script({ ...posts, trouble: { kind: 'limited', after: '1' } });
        case 'away':
          return teams.script({ trouble: { kind: 'refuse' } });
        case 'answers lost':
          return teams.script({ ...posts, trouble: { kind: 'drop' } });
      }
    },
    heal: () => teams.heal(),
    posts: () =>
      teams.log.filter(
        ({ method, path, status }) =>
          method === 'POST' && status === 201 && /\/conversations\/[^/;]+\/activities$/.test(path),
      ).length,
  };
}

/** A line of the timeline with whom it mentions: Teams draws them in another colour, without an @. */
const lineOf = (content: Json): string => {
  const { text, pings } = seen(content);
  return [text, ...pings.map((ping) => ping.replace('teams:', '@'))].join('\n');
};

const isInput = ({ type }: Json) => String(type).startsWith('Input.');
const nameOf = (input: string) => input.slice(input.indexOf('/') + 1).replace('/picked', '');

/** Every button, wherever it stands; not those inside of forms. */
export function actionsIn(node: unknown): readonly Json[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(actionsIn);
  const { type } = node as Json;
  if (typeof type === 'string' && type.startsWith('Action.')) return [node as Json];
  return Object.values(node).flatMap(actionsIn);
}
