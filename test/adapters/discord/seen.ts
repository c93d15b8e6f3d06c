import { rulesExtended, SimpleMarkdown } from 'discord-markdown-parser';
import type { DiscordMessage } from '../../../src/adapters/discord/message.ts';
import type { Seen } from '../../support/seen.ts';

/** What a person sees of a message in Discord. What the parser does not know is added here: lists, emoji names, invitations, and what a link's label may hold. */
export function seen(json: unknown): Seen {
  const { content, embeds, components, allowed_mentions: allowed } = json as DiscordMessage;
  const reading: Reading = { links: invitations(content), styled: [] };
  const text = [
    read(content, reading),
    ...embeds.flatMap(({ title, url, description, fields, footer }) => {
      if (url !== undefined) reading.links.push(url);
      return [
        read(title, reading),
        read(description, reading),
        ...fields.flatMap(({ name, value }) => [read(name, reading), read(value, reading)]),
        ...(footer ? [footer.text] : []), // Discord formats nothing there
      ];
    }),
  ];
  const buttons = components.flatMap((row) =>
    row.components.flatMap((component) =>
      component.type === 2
        ? [{ label: component.label, id: component.custom_id, style: STYLES[component.style] ?? '' }]
        : component.options.map(({ label, value }) => ({ label, id: value, style: 'menu' })),
    ),
  );
  return { text: text.join('\n'), ...reading, pings: pingsOf(content, allowed), buttons };
}

/** What a person sees of one text. */
export function seenText(markdown: string): Pick<Seen, 'text' | 'links' | 'styled'> {
  const reading: Reading = { links: [], styled: [] };
  return { text: read(markdown, reading), ...reading };
}

interface Reading {
  readonly links: string[];
  readonly styled: { text: string; style: string }[];
}
interface Node {
  readonly type: string;
  readonly content?: string | readonly Node[];
  readonly [key: string]: unknown;
}

const STYLES: Readonly<Record<number, string>> = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger' };
const NAMES: Readonly<Record<string, string>> = {
  strong: 'bold',
  em: 'italic',
  inlineCode: 'code',
  codeBlock: 'code block',
  blockQuote: 'quote',
};

/** Nothing is un-escaped in a label, and an address or a mention in it makes all of it text. */
const LABEL_BREAKS = /https?:\/\/\S\S|<[@#:/]/;
const link = {
  ...rulesExtended.link,
  match: (source: string) => {
    const found = /^\[((?:\[[^\]]*\]|[^[\]])*)\]\(<?((?:[^\s\\]|\\.)*?)>?\)/.exec(source);
    return found && /^https?:/.test(found[2] ?? '') && !LABEL_BREAKS.test(found[1] ?? '') ? found : null;
  },
  parse: (capture: readonly string[]) => ({ content: capture[1], target: capture[2] }),
};
const atLineStart = (pattern: RegExp) => (source: string, _state: unknown, before: string) =>
  /^$|\n *$/.test(before) ? pattern.exec(source) : null;
const marked = (type: string, match: (source: string, state: unknown, before: string) => RegExpExecArray | null) => ({
  order: 0,
  match,
  parse: (capture: readonly string[]) => ({ type, content: capture[0] }),
});
const parse = SimpleMarkdown.parserFor({
  ...rulesExtended,
  link,
  list: marked('list', atLineStart(/^ *(?:[-*+]|\d+[.)]) +/)),
  emojiName: marked('emoji', (source) => /^:[\w+-]+:/.exec(source)),
} as never);

function read(markdown: string, reading: Reading): string {
  return readAll(parse(markdown, { inline: true }) as readonly Node[], reading);
}

function readAll(nodes: string | readonly Node[] | undefined, reading: Reading): string {
  if (nodes === undefined || typeof nodes === 'string') return nodes ?? '';
  return nodes.map((node) => readNode(node, reading)).join('');
}

function readNode(node: Node, reading: Reading): string {
  const styled = (text: string, style: string) => {
    reading.styled.push({ text, style });
    return text;
  };
  switch (node.type) {
    case 'text':
      return readAll(node.content, reading);
    case 'br':
    case 'newline':
      return '\n';
    case 'twemoji':
      return String(node.name);
    case 'link':
    case 'url':
    case 'autolink':
      reading.links.push(String(node.target));
      return readAll(node.content, reading);
    case 'timestamp':
      return styled(new Date(Number(node.timestamp) * 1_000).toISOString(), `time:${node.format}`);
    case 'user':
    case 'role':
      return styled(`@${node.id}`, 'mention');
    default:
      return styled(readAll(node.content, reading), NAMES[node.type] ?? node.type);
  }
}

/** Discord looks for them in the text as it was sent, formatted or not. */
const invitations = (content: string): string[] =>
  content.match(/(?:discord\.gg|discord(?:app)?\.com\/invite)\/[\w-]+/gi) ?? [];

function pingsOf(content: string, allowed: DiscordMessage['allowed_mentions']): readonly string[] {
  const parses = (what: string) => (allowed.parse as readonly string[]).includes(what);
  const found = [...content.matchAll(/<@(&|!)?(\d+)>/g)].flatMap(([, mark, id = '']) => {
    const isRole = mark === '&';
    const isAllowed = isRole
      ? allowed.roles.includes(id) || parses('roles')
      : allowed.users.includes(id) || parses('users');
    return isAllowed ? [`discord:${isRole ? 'role:' : ''}${id}`] : [];
  });
  return [...new Set([...found, ...(parses('everyone') ? (content.match(/@everyone|@here/g) ?? []) : [])])];
}
