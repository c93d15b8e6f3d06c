/** What one way to Teams takes. `size` counts as that way counts. */
export interface Limits {
  readonly name: string;
  readonly most: number; // of a whole message
  readonly size: (text: string) => number;
}

/**
 * 413 MessageSizeTooBig from about 100 KB, counted in UTF-16; Microsoft advises to stay under 80 KB:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/format-your-bot-messages
 */
export const BOT: Limits = {
  name: 'a bot message',
  most: 80_000,
  size: (text) => 2 * text.length,
};

/** https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
export const WEBHOOK: Limits = {
  name: 'a Workflows webhook',
  most: 28_000,
  size: (text) => Buffer.byteLength(text),
};

/** In one row: https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/design-effective-cards */
export const MAX_ACTIONS = 6;

/** Every limit that the whole message breaks. */
export function limitFaults(json: unknown, limits: Limits = BOT): readonly string[] {
  const faults: string[] = [];
  const size = limits.size(JSON.stringify(json));
  if (size > limits.most) {
    faults.push(`The message takes ${size} bytes; ${limits.name} takes at most ${limits.most}.`);
  }
  const ids = new Set<string>();
  const texts: string[] = [];
  const mentioned: string[] = [];
  eachNode(json, 0, (node, forms) => {
    const { type, id, actions } = node;
    if (Array.isArray(actions) && actions.length > MAX_ACTIONS) {
      faults.push(`${actions.length} buttons stand in one row; Teams shows at most ${MAX_ACTIONS}.`);
    }
    if (typeof id === 'string' && typeof type === 'string') {
      if (ids.has(id)) faults.push(`The id ${id} stands twice in the card.`);
      ids.add(id);
    }
    if (type === 'Action.ShowCard') faults.push(...formFaults(node, forms));
    if (type === 'TextBlock') texts.push(String(node['text']));
    if (type === 'mention') mentioned.push(String(node['text']));
  });
  const unnamed = mentioned.filter((name) => !texts.some((text) => text.includes(name)));
  return [...faults, ...unnamed.map((name) => `The card mentions ${name}, which stands in none of its texts.`)];
}

/** `mode: secondary` stopped to open cards in 2023: https://github.com/microsoft/AdaptiveCards/issues/8652 */
function formFaults({ title, mode }: Node, forms: number): readonly string[] {
  return [
    ...(forms > 0 ? [`The form ${String(title)} stands in another form; Teams opens only the outer one.`] : []),
    ...(mode === 'secondary' ? [`The form ${String(title)} stands in the overflow menu, where it does not open.`] : []),
  ];
}

type Node = Readonly<Record<string, unknown>>;

/** Visits every object of the message. `forms`: how many ShowCards it stands in. */
function eachNode(value: unknown, forms: number, visit: (node: Node, forms: number) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const child of value) eachNode(child, forms, visit);
    return;
  }
  const node = value as Node;
  visit(node, forms);
  const inside = node['type'] === 'Action.ShowCard' ? forms + 1 : forms;
  for (const key in node) eachNode(node[key], inside, visit);
}
