import type { Seen } from '../../support/seen.ts';

/** What a person sees of a message. It reads JSON by Slack's documentation, and throws at what it does not know. */
export function seen(json: unknown): Seen {
  const message = JSON.parse(JSON.stringify(json)) as Node;
  const notice = readMrkdwn(String(message['text']));
  const view: View = { lines: [], links: [...notice.links], pings: [...notice.pings], styled: [], buttons: [] };
  const attachments = nodes(message['attachments'] ?? []);
  const blocks = nodes(message['blocks'] ?? []);
  if (blocks.length === 0) view.lines.push(notice.text); // beside blocks it is only the notification
  for (const block of [...blocks, ...attachments.flatMap((attachment) => nodes(attachment['blocks']))])
    readBlock(block, view);
  const { lines, ...rest } = view;
  return { text: lines.join('\n'), ...rest };
}

/** The notification, as its reader sees it: entities decoded, and what stands in angle brackets is read as a link or a mention. */
export function readMrkdwn(source: string): Pick<Seen, 'text' | 'links' | 'pings'> {
  const links: string[] = [];
  const pings: string[] = [];
  const text = source
    .replace(/<([^<>]*)>/g, (_, inside: string) => {
      const [target = '', label] = inside.split('|');
      if (target.startsWith('@')) pings.push(`slack:${target.slice(1)}`);
      else if (target.startsWith('!subteam^')) pings.push(`slack:${target.slice('!subteam^'.length)}`);
      else if (target.startsWith('!')) pings.push(target.slice(1));
      else links.push(target);
      return label ?? target;
    })
    .replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] as string);
  return { text, links, pings };
}

type Node = Readonly<Record<string, unknown>>;
type View = { -readonly [K in keyof Omit<Seen, 'text'>]: Seen[K][number][] } & { readonly lines: string[] };

function readBlock(block: Node, view: View): void {
  switch (block['type']) {
    case 'rich_text':
      for (const part of nodes(block['elements'])) readPart(part, view);
      return;
    case 'context':
      for (const element of nodes(block['elements'])) view.lines.push(plain(element));
      return;
    case 'actions':
      for (const element of nodes(block['elements'])) readButton(element, view);
      return;
    default:
      throw new Error(`No such block: ${String(block['type'])}`);
  }
}

function readPart(part: Node, view: View): void {
  const elements = nodes(part['elements']);
  switch (part['type']) {
    case 'rich_text_section':
    case 'rich_text_quote':
      view.lines.push(elements.map((element) => readElement(element, view)).join(''));
      return;
    case 'rich_text_preformatted': {
      const text = elements.map((element) => readElement(element, view)).join('');
      view.styled.push({ text, style: 'block' });
      view.lines.push(text);
      return;
    }
    case 'rich_text_list':
      for (const item of elements) readPart(item, view);
      return;
    default:
      throw new Error(`No such part: ${String(part['type'])}`);
  }
}

function readElement(element: Node, view: View): string {
  const text = elementText(element, view);
  for (const style of Object.keys((element['style'] ?? {}) as Node)) view.styled.push({ text, style });
  return text;
}

function elementText(element: Node, view: View): string {
  switch (element['type']) {
    case 'text':
      return String(element['text']);
    case 'link':
      view.links.push(String(element['url']));
      return String(element['text'] ?? element['url']);
    case 'date':
      return String(element['fallback']);
    case 'user':
      view.pings.push(`slack:${String(element['user_id'])}`);
      return `@${String(element['user_id'])}`;
    case 'usergroup':
      view.pings.push(`slack:${String(element['usergroup_id'])}`);
      return `@${String(element['usergroup_id'])}`;
    case 'broadcast':
      view.pings.push(`@${String(element['range'])}`);
      return `@${String(element['range'])}`;
    default:
      throw new Error(`No such element: ${String(element['type'])}`);
  }
}

function readButton(element: Node, view: View): void {
  if (element['type'] === 'button') {
    const style = element['style'];
    view.buttons.push({
      label: plain(element['text'] as Node),
      id: String(element['value']),
      ...(style === undefined ? {} : { style: String(style) }),
    });
    return;
  }
  for (const option of nodes(element['options']))
    view.buttons.push({ label: plain(option['text'] as Node), id: String(option['value']), style: 'menu' });
}

/** With `emoji` Slack would draw `:fire:`. */
function plain(text: Node): string {
  if (text['type'] !== 'plain_text' || text['emoji'] !== false) throw new Error('Not plain text');
  return String(text['text']);
}

const nodes = (value: unknown): readonly Node[] => value as readonly Node[];
