import { z } from 'zod';
import { isTaken } from './address.ts';
import { ACTION_ROW, BUTTON, STRING_SELECT } from './message.ts';

/** What a message may hold at most. Texts are counted in characters: https://github.com/discord/discord-api-docs/issues/1315 */
export const LIMITS = {
  // https://docs.discord.com/developers/resources/message#create-message
  content: 2_000,
  embeds: 10,
  mentions: 100, // https://docs.discord.com/developers/resources/message#allowed-mentions-object
  // https://docs.discord.com/developers/resources/message#embed-object-embed-limits
  embedCharacters: 6_000, // of all texts in all embeds together
  title: 256,
  description: 4_096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1_024,
  footer: 2_048,
  author: 256,
  url: 2_048,
  // https://docs.discord.com/developers/components/reference
  rows: 5,
  buttonsInRow: 5,
  buttonLabel: 80,
  buttonUrl: 512,
  customId: 100,
  options: 25,
  optionLabel: 100,
  optionValue: 100,
  placeholder: 150,
} as const;

/** Every limit that a message breaks, each with its place. None: Discord takes it. */
export function limitFaults(json: unknown): readonly string[] {
  const { success, error } = message.safeParse(json);
  return success ? [] : error.issues.map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`);
}

/** As Discord counts: a character beyond U+FFFF is one. */
function charactersOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A character takes one unit or two: most texts need no counting. */
const isLonger = (text: string, most: number): boolean => text.length > most && charactersOf(text) > most;

const upTo = (most: number) =>
  z.string().refine((text) => !isLonger(text, most), {
    error: () => `has more than ${most.toLocaleString('en')} characters`,
  });
const filled = (most: number) => upTo(most).refine((text) => text.trim() !== '', 'is empty');
const webUrl = (most: number) => upTo(most).refine(isTaken, 'is no address that Discord takes');

const embed = z.object({
  title: upTo(LIMITS.title).optional(),
  description: upTo(LIMITS.description).optional(),
  url: webUrl(LIMITS.url).optional(),
  color: z.int().min(0).max(0xffffff).optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  fields: z
    .array(
      z.object({ name: filled(LIMITS.fieldName), value: filled(LIMITS.fieldValue), inline: z.boolean().optional() }),
    )
    .max(LIMITS.fields)
    .optional(),
  footer: z.object({ text: filled(LIMITS.footer) }).optional(),
  author: z.object({ name: filled(LIMITS.author), url: webUrl(LIMITS.url).optional() }).optional(),
});
type Embed = z.infer<typeof embed>;

const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

const pressButton = z.object({
  type: z.literal(BUTTON),
  style: z.literal([1, 2, 3, 4]),
  label: filled(LIMITS.buttonLabel),
  custom_id: filled(LIMITS.customId),
});
const linkButton = z.object({
  type: z.literal(BUTTON),
  style: z.literal(5),
  label: filled(LIMITS.buttonLabel),
  url: webUrl(LIMITS.buttonUrl),
  custom_id: z.undefined('a link has no id').optional(),
});
const select = z.object({
  type: z.literal(STRING_SELECT),
  custom_id: filled(LIMITS.customId),
  placeholder: upTo(LIMITS.placeholder).optional(),
  options: z
    .array(z.object({ label: filled(LIMITS.optionLabel), value: filled(LIMITS.optionValue) }))
    .min(1)
    .max(LIMITS.options)
    .refine((options) => isUnique(options.map(({ value }) => value)), 'has one value twice'),
});
const component = z.discriminatedUnion('type', [z.discriminatedUnion('style', [pressButton, linkButton]), select]);
const row = z.object({
  type: z.literal(ACTION_ROW),
  components: z
    .array(component)
    .min(1)
    .max(LIMITS.buttonsInRow)
    .refine(
      (components) => components.length === 1 || components.every(({ type }) => type === BUTTON),
      'has a menu beside something else',
    ),
});

const ids = z
  .array(z.string().regex(/^\d{1,20}$/, 'is no id'))
  .max(LIMITS.mentions)
  .refine(isUnique, 'has one id twice')
  .optional();

const message = z
  .object({
    content: upTo(LIMITS.content).optional(),
    embeds: z.array(embed).max(LIMITS.embeds).optional(),
    components: z.array(row).max(LIMITS.rows).optional(),
    allowed_mentions: z
      .object({ parse: z.array(z.enum(['users', 'roles', 'everyone'])), users: ids, roles: ids })
      .refine(({ parse, users = [] }) => !(parse.includes('users') && users.length > 0), 'allows users twice')
      .refine(({ parse, roles = [] }) => !(parse.includes('roles') && roles.length > 0), 'allows roles twice')
      .optional(),
    flags: z.int().min(0).optional(),
  })
  .refine(
    ({ content = '', embeds = [] }) => content.trim() !== '' || embeds.length > 0,
    'is empty: it has neither content nor an embed',
  )
  .refine(
    ({ embeds = [] }) => !isLonger(embeds.flatMap(textsOf).join(''), LIMITS.embedCharacters),
    `has more than ${LIMITS.embedCharacters.toLocaleString('en')} characters in its embeds`,
  )
  .refine(
    ({ components = [] }) =>
      isUnique(components.flatMap((each) => each.components.flatMap(({ custom_id }) => custom_id ?? []))),
    'has one custom_id twice',
  );

function textsOf({ title = '', description = '', fields = [], footer, author }: Embed): readonly string[] {
  return [
    title,
    description,
    ...fields.flatMap(({ name, value }) => [name, value]),
    footer?.text ?? '',
    author?.name ?? '',
  ];
}
