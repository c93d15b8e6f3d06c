import { z } from 'zod';

/** What Slack takes. Where no source stands beside a number, it is from https://docs.slack.dev/reference/block-kit/ and `@slack/types`. */
export const LIMITS = {
  text: 4_000, // https://docs.slack.dev/reference/methods/chat.update refuses more
  blocks: 50,
  attachments: 100,
  attachmentBlocks: 20, // more were refused: https://github.com/slackapi/bolt-python/issues/914
  // Of all blocks as JSON. Undocumented: 13,200 characters of text were refused (https://github.com/slackapi/bolt-js/issues/2509),
  // and 11,341 in many small rich text elements (https://github.com/slackapi/bolt-js/issues/2867).
  blockCharacters: 10_000,
  id: 255, // block_id, action_id
  actionElements: 25,
  contextElements: 10,
  contextText: 2_000,
  label: 75, // of a button and of an option
  value: 2_000,
  url: 3_000, // of a button; a link in rich text has no documented one
  placeholder: 150,
  options: 100,
  optionValue: 150,
  overflow: 5,
  overflowLeast: 2,
  indent: 8,
} as const;

/** Each limit that a whole message breaks, with its place. Knows the blocks that are sent from here, and refuses any other. */
export function limitFaults(json: unknown): readonly string[] {
  const { success, data, error } = message.safeParse(json);
  if (!success) return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const blocks = [...data.blocks, ...(data.attachments ?? []).flatMap((attachment) => attachment.blocks)];
  const characters = JSON.stringify(blocks).length;
  const faults = [
    ...(characters > LIMITS.blockCharacters ? [`blocks: ${characters} characters, of ${LIMITS.blockCharacters}`] : []),
    ...repeated(blocks.flatMap((block) => ('block_id' in block ? [block.block_id] : []))).map(
      (id) => `block_id ${id} twice`,
    ),
  ];
  for (const block of blocks) if (block.type === 'actions') faults.push(...actionFaults(block));
  return faults;
}

function actionFaults({ elements }: z.infer<typeof actions>): readonly string[] {
  const values = elements.flatMap((element) =>
    element.type === 'button' ? [element.value] : element.options.map(({ value }) => value),
  );
  return [
    ...repeated(elements.map(({ action_id }) => action_id)).map((id) => `action_id ${id} twice in a block`),
    ...repeated(values).map((value) => `value ${value} twice in a block`),
  ];
}

const repeated = (all: readonly string[]): readonly string[] => all.filter((one, index) => all.indexOf(one) !== index);

/** Slack refuses an empty text, and a label that shows nothing. */
const text = z.string().min(1);
const label = (most: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: text.max(most).refine((value) => value.trim() !== '', 'shows nothing'),
    emoji: z.literal(false),
  });
const id = text.max(LIMITS.id);

const style = z
  .strictObject({ bold: z.literal(true), italic: z.literal(true), code: z.literal(true) })
  .partial()
  .optional();
const principal = z.string().regex(/^[A-Z0-9]+$/);
const element = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text, style }),
  z.strictObject({ type: z.literal('link'), text, url: text.max(LIMITS.url), style }),
  z.strictObject({ type: z.literal('user'), user_id: principal }),
  z.strictObject({ type: z.literal('usergroup'), usergroup_id: principal }),
  z.strictObject({ type: z.literal('date'), timestamp: z.int(), format: text, fallback: text }),
]);
const elements = z.array(element).min(1);
const section = z.strictObject({ type: z.literal('rich_text_section'), elements });
const richText = z.strictObject({
  type: z.literal('rich_text'),
  elements: z
    .array(
      z.discriminatedUnion('type', [
        section,
        z.strictObject({ type: z.literal('rich_text_quote'), elements }),
        z.strictObject({ type: z.literal('rich_text_preformatted'), elements }),
        z.strictObject({
          type: z.literal('rich_text_list'),
          style: z.enum(['bullet', 'ordered']),
          indent: z.int().min(0).max(LIMITS.indent),
          elements: z.array(section).min(1),
        }),
      ]),
    )
    .min(1),
});

const option = z.strictObject({ text: label(LIMITS.label), value: text.max(LIMITS.optionValue) });
const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: id,
  elements: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('button'),
          action_id: id,
          text: label(LIMITS.label),
          value: text.max(LIMITS.value),
          style: z.enum(['primary', 'danger']).optional(),
        }),
        z.strictObject({
          type: z.literal('static_select'),
          action_id: id,
          placeholder: label(LIMITS.placeholder),
          options: z.array(option).min(1).max(LIMITS.options),
        }),
        z.strictObject({
          type: z.literal('overflow'),
          action_id: id,
          options: z.array(option).min(LIMITS.overflowLeast).max(LIMITS.overflow),
        }),
      ]),
    )
    .min(1)
    .max(LIMITS.actionElements),
});
const context = z.strictObject({
  type: z.literal('context'),
  elements: z.array(label(LIMITS.contextText)).min(1).max(LIMITS.contextElements),
});
const block = z.discriminatedUnion('type', [richText, actions, context]);

const message = z.strictObject({
  text: text.max(LIMITS.text).refine((value) => value.trim() !== '', 'shows nothing'),
  blocks: z.array(block).min(1).max(LIMITS.blocks),
  // Beside blocks, an attachment with a text of its own is refused: https://github.com/slackapi/bolt-js/issues/717
  attachments: z
    .array(
      z.strictObject({
        color: z.string().regex(/^#[0-9a-f]{6}$/), // a named colour comes out grey: https://github.com/slackapi/python-slack-sdk/issues/1330
        blocks: z.array(block).min(1).max(LIMITS.attachmentBlocks),
      }),
    )
    .max(LIMITS.attachments)
    .optional(),
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
  parse: z.literal('none'),
  link_names: z.literal(false),
});
