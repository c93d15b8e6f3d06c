export type Json = { readonly [name: string]: unknown };

/** What Discord refuses in a message, read from https://docs.discord.com/developers/resources/message apart from what the product counts. */
export function messageFaults(body: Json): readonly string[] {
  const content = String(body.content ?? '');
  const embeds = listOf(body.embeds);
  const rows = listOf(body.components);
  const characters = embeds.reduce((sum, embed) => sum + charactersIn(embed), 0);
  const ids = rows.flatMap(({ components }) => listOf(components)).map(({ custom_id }) => custom_id);
  return [
    ...(content === '' && embeds.length === 0 && rows.length === 0 ? ['Cannot send an empty message'] : []),
    ...most('content', content.length, 2_000),
    ...most('embeds', embeds.length, 10),
    ...most('embed characters', characters, 6_000),
    ...embeds.flatMap(embedFaults),
    ...most('rows', rows.length, 5),
    ...(new Set(ids).size < ids.length ? ['Component custom id cannot be duplicated'] : []),
    ...rows.flatMap(({ components }) => listOf(components).flatMap(componentFaults)),
    ...(String(body.nonce ?? '').length > 25 ? ['nonce is longer than 25'] : []),
    ...(body.allowed_mentions === undefined ? ['allowed_mentions is not set: nobody may rely on its default'] : []),
  ];
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal */
export function modalFaults({ title, custom_id, components }: Json): readonly string[] {
  const parts = listOf(components);
  return [
    ...between('title', String(title ?? '').length, 1, 45),
    ...between('custom_id', String(custom_id ?? '').length, 1, 100),
    ...between('components', parts.length, 1, 5),
    ...parts.flatMap((part) => {
      if (part.type === 10) return between('text', String(part.content ?? '').length, 1, 4_000);
      if (part.type !== 18) return [`unknown component ${part.type}`];
      const input = (part.component ?? {}) as Json;
      return [
        ...between('label', String(part.label ?? '').length, 1, 45),
        ...between('description', String(part.description ?? '').length, 0, 100),
        ...(input.type === 4 || input.type === 5 ? [] : ['only text inputs and user selects']),
        ...between('input custom_id', String(input.custom_id ?? '').length, 1, 100),
      ];
    }),
  ];
}

function embedFaults({ title, description, fields, footer }: Json): readonly string[] {
  return [
    ...most('title', String(title ?? '').length, 256),
    ...most('description', String(description ?? '').length, 4_096),
    ...most('fields', listOf(fields).length, 25),
    ...listOf(fields).flatMap(({ name, value }) => [
      ...between('field name', String(name ?? '').length, 1, 256),
      ...between('field value', String(value ?? '').length, 1, 1_024),
    ]),
    ...most('footer', String((footer as Json | undefined)?.text ?? '').length, 2_048),
  ];
}

function componentFaults({ type, label, custom_id, options }: Json): readonly string[] {
  const id = between('custom_id', String(custom_id ?? '').length, 1, 100);
  if (type === 2) return [...id, ...between('label', String(label ?? '').length, 1, 80)];
  if (type !== 3) return [`unknown component ${type}`];
  return [
    ...id,
    ...between('options', listOf(options).length, 1, 25),
    ...listOf(options).flatMap((option) => [
      ...between('option label', String(option.label ?? '').length, 1, 100),
      ...between('option value', String(option.value ?? '').length, 1, 100),
    ]),
  ];
}

function charactersIn({ title, description, fields, footer, author }: Json): number {
  const texts = [
    title,
    description,
    (footer as Json | undefined)?.text,
    (author as Json | undefined)?.name,
    ...listOf(fields).flatMap(({ name, value }) => [name, value]),
  ];
  return texts.reduce<number>((sum, one) => sum + String(one ?? '').length, 0);
}

const most = (what: string, count: number, limit: number) =>
  count > limit ? [`${what} must be ${limit} or fewer`] : [];
const between = (what: string, count: number, least: number, limit: number) =>
  count < least ? [`${what} is required`] : most(what, count, limit);
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : []);

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object */
export function commandFaults({ name, description, options }: Json): readonly string[] {
  const parts = listOf(options);
  const NAME = /^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u;
  return [
    ...(NAME.test(String(name ?? '')) ? [] : ['name']),
    ...between('description', String(description ?? '').length, 1, 100),
    ...most('options', parts.length, 25),
    ...parts.flatMap((part) => [
      ...(NAME.test(String(part.name ?? '')) ? [] : ['option name']),
      ...between('option description', String(part.description ?? '').length, 1, 100),
    ]),
  ];
}
