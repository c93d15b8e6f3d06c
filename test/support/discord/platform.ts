import { expect, onTestFinished } from 'vitest';
import { seen } from '../../adapters/discord/seen.ts';
import { type PlatformFake, person, type ShownCard } from '../../stories/platform.ts';
import { soon } from '../soon.ts';
import type { Json } from './faults.ts';
import { BOT_TOKEN, type DiscordShown, type FakeDiscord, pressablesOn, startFakeDiscord } from './server.ts';

export interface DiscordTeam extends PlatformFake {
  readonly discord: FakeDiscord;
}

const ALERTS = '833333333333333331';
const OPS = '833333333333333332';

/** A Discord server as the stories see it. It ends with the test. */
export async function startDiscordTeam(): Promise<DiscordTeam> {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.close());
  const channelOf = (destination: string) => destination.replace('discord:', '');
  const shown = new Map<string, DiscordShown>();
  const cards = (destination: string) =>
    discord.messages(channelOf(destination)).filter(({ content }) => hasEmbed(content));
  const cardOf = (message: DiscordShown): ShownCard => {
    const card = {
      id: message.id,
      text: seen(message.content).text,
      notice: seen({
        content: message.content.content,
        embeds: [],
        components: [],
        allowed_mentions: message.content.allowed_mentions,
      }).text,
      buttons: pressablesOn(message.content).map(({ label }) => label),
      thread: discord.messages(message.id).map(({ content }) => seen(content).text),
    };
    shown.set(`${card.id} ${card.text}`, { ...message });
    return card;
  };
  const whispered = (id: string) =>
    [
      ...discord.callbacks
        .filter(({ user, type }) => user === id && (type === 4 || type === 7))
        .map(({ data }) => data),
      ...discord.followUps.filter(({ user }) => user === id).map(({ data }) => data),
    ].map((data) => seen({ embeds: [], components: [], ...data }));
  return {
    discord,
    env: { DISCORD_BOT_TOKEN: BOT_TOKEN, DISCORD_API_URL: discord.apiUrl },
    people: [person('844444444444444441', 'maya'), person('844444444444444442', 'jonas')],
    main: `discord:${ALERTS}`,
    other: `discord:${OPS}`,
    missing: 'discord:899999999999999999',
    cards: (destination) => cards(destination).map(cardOf),
    told: (destination) =>
      discord
        .messages(channelOf(destination))
        .filter(({ content }) => !hasEmbed(content))
        .map(({ content }) => seen(content).text),
    async press(card, label, person) {
      // As it stood when it was seen: people press what is on their screen.
      return (await discord.press(shown.get(`${card.id} ${card.text}`) as DiscordShown, label, person)).ms;
    },
    whispers: ({ id }) => whispered(id).map(({ text }) => text),
    async ask(words, person) {
      await soon(() => expect(discord.commands.has('tocsin')).toBe(true));
      return (await discord.command('tocsin', words, person)).ms;
    },
    answer: ({ id }) => whispered(id).at(-1),
    form({ id }) {
      const modal = discord.callbacks.findLast(({ user, type }) => user === id && type === 9)?.data;
      if (modal === undefined) return undefined;
      const parts = modal.components as readonly Json[];
      return {
        title: String(modal.title),
        text: parts
          .filter(({ type }) => type === 10)
          .map(({ content }) => String(content).replaceAll('\\', ''))
          .join('\n'),
        fields: parts.filter(({ type }) => type === 18).map(({ component }) => String((component as Json).custom_id)),
      };
    },
    async submit(person, values) {
      await discord.submit(person, values);
      return {}; // what is wrong is told privately
    },
    deleteCard: ({ id }) => discord.deleteMessage(id),
    trouble(what, destination) {
      const channel = destination === undefined ? '\\d+' : channelOf(destination);
      const posts = { method: 'POST', path: new RegExp(`^/channels/${channel}/messages$`) };
      switch (what) {
        case 'busy':
          return discord.script({ ...posts, trouble: { kind: 'limited', seconds: 1 } });
        case 'away':
          return discord.script({ trouble: { kind: 'refuse' } });
        case 'answers lost':
          return discord.script({ ...posts, trouble: { kind: 'drop' } });
      }
    },
    heal: () => discord.heal(),
    posts: () => discord.messages().filter(({ content }) => hasEmbed(content)).length + deleted(discord),
  };
}

const hasEmbed = ({ embeds }: Json): boolean => Array.isArray(embeds) && embeds.length > 0;

/** A card that was deleted was posted all the same. */
function deleted(discord: FakeDiscord): number {
  const standing = new Set(discord.messages().map(({ nonce }) => nonce));
  const made = discord.log.filter(
    ({ method, path, status, body }) =>
      method === 'POST' && path.endsWith('/messages') && status === 200 && hasEmbed(body ?? {}),
  );
  return new Set(made.map(({ body }) => body?.nonce).filter((nonce) => !standing.has(nonce as string))).size;
}
