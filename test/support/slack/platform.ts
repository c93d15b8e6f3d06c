import { onTestFinished } from 'vitest';
import { seen } from '../../adapters/slack/seen.ts';
import { type PlatformFake, person, type ShownCard } from '../../stories/platform.ts';
import type { Json } from './block-faults.ts';
import { APP_TOKEN, actionsOn, BOT_TOKEN, type FakeSlack, type SlackMessageShown, startFakeSlack } from './server.ts';

export interface SlackTeam extends PlatformFake {
  readonly slack: FakeSlack;
}

/** A workspace as the stories see it. It ends with the test. */
export async function startSlackTeam(
  env: Readonly<Record<string, string>> = { SLACK_APP_TOKEN: APP_TOKEN },
): Promise<SlackTeam> {
  const slack = await startFakeSlack();
  onTestFinished(() => slack.close());
  const channelOf = (destination: string) => {
    const name = destination.replace('slack:', '');
    return [...slack.channels].find(([id, channel]) => id === name || channel.name === name)?.[0];
  };
  const shown = new Map<string, SlackMessageShown>();
  const cardOf = (message: SlackMessageShown): ShownCard => {
    const card = {
      id: message.ts,
      text: seen(message.content).text,
      notice: String(message.content.text).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
      buttons: actionsOn(message.content).map(({ label }) => label),
      thread: slack
        .messages(message.channel)
        .filter(({ thread }) => thread === message.ts)
        .map(({ content }) => seen(content).text),
    };
    shown.set(`${card.id} ${card.text}`, { ...message });
    return card;
  };
  return {
    slack,
    env: { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_API_URL: slack.apiUrl, ...env },
    people: [person('U0MAYA000', 'maya'), person('U0JONAS00', 'jonas')],
    main: 'slack:alerts',
    other: 'slack:C0OPS0000',
    missing: 'slack:nowhere',
    cards: (destination) =>
      slack
        .messages(channelOf(destination))
        .filter(({ thread }) => thread === undefined)
        .map(cardOf),
    told: (destination) =>
      slack
        .messages(channelOf(destination))
        .filter(({ broadcast }) => broadcast)
        .map(({ content }) => seen(content).text),
    async press(card, label, person) {
      // As it stood when it was seen: people press what is on their screen.
      const message = shown.get(`${card.id} ${card.text}`) as SlackMessageShown;
      return (await slack.press(message, label, person)).ms;
    },
    whispers: ({ id }) =>
      slack.responses
        .filter(({ user, content }) => user === id && content.replace_original !== true)
        .map(({ content }) => seen(content).text),
    ask: async (words, person) => (await slack.command('/tocsin', words, person)).ms,
    answer({ id }) {
      const told = slack.responses.findLast(({ user }) => user === id)?.content;
      return told && seen(told);
    },
    form({ id }) {
      const opened = slack.views.findLast(({ user }) => user === id)?.view;
      if (opened === undefined) return undefined;
      const blocks = opened.blocks as readonly Json[];
      return {
        title: String((opened.title as Json).text),
        text: blocks
          .filter(({ type }) => type === 'section')
          .map(({ text }) => String((text as Json).text))
          .join('\n'),
        fields: blocks.filter(({ type }) => type === 'input').map(({ block_id }) => String(block_id)),
      };
    },
    async submit(person, values) {
      const { payload } = await slack.submit(person, values);
      return (payload.errors ?? {}) as Readonly<Record<string, string>>;
    },
    deleteCard: ({ id }) => slack.deleteMessage(id),
    trouble(what, destination) {
      const channel = destination === undefined ? {} : { channel: channelOf(destination) as string };
      switch (what) {
        case 'busy':
          return slack.script({ ...channel, method: 'chat.postMessage', trouble: { kind: 'limited', seconds: 1 } });
        case 'away':
          return slack.script({ ...channel, trouble: { kind: 'refuse' } });
        case 'answers lost':
          return slack.script({ ...channel, method: 'chat.postMessage', trouble: { kind: 'drop' } });
      }
    },
    heal: () => slack.heal(),
    posts: () =>
      slack.log.filter(({ method, outcome }) => method === 'chat.postMessage' && outcome === 'ok').length -
      replies(slack),
  };
}

/** Replies are posted by the same call. */
function replies(slack: FakeSlack): number {
  return slack.messages().filter(({ thread }) => thread !== undefined).length;
}
