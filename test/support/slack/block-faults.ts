/**
 * What Slack refuses in blocks, read from https://docs.slack.dev/reference/block-kit/ apart from what the product counts:
 * the fake answers `invalid_blocks` with these.
 */
export function blockFaults(blocks: readonly Json[], where: 'message' | 'modal'): readonly string[] {
  const faults: string[] = [];
  const most = where === 'message' ? 50 : 100;
  if (blocks.length > most) faults.push(`no more than ${most} items allowed [json-pointer:/blocks]`);
  const ids = blocks.map(({ block_id }) => block_id).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) faults.push('block_id already exists');
  for (const [index, block] of blocks.entries())
    for (const fault of faultsIn(block, where)) faults.push(`${fault} [json-pointer:/blocks/${index}]`);
  return faults;
}

export type Json = { readonly [name: string]: unknown };

const TYPES = {
  message: ['rich_text', 'section', 'context', 'actions', 'divider', 'header', 'image'],
  modal: ['section', 'input', 'context', 'actions', 'divider', 'header', 'image'],
};

function faultsIn(block: Json, where: 'message' | 'modal'): readonly string[] {
  if (!TYPES[where].includes(String(block.type))) return [`unsupported type: ${block.type}`];
  switch (block.type) {
    case 'actions': {
      const elements = listOf(block.elements);
      const ids = elements.map(({ action_id }) => action_id);
      return [
        ...between('elements', elements.length, 1, 25),
        ...(new Set(ids).size < ids.length ? ['action_id already exists'] : []),
        ...elements.flatMap(elementFaults),
      ];
    }
    case 'context':
      return between('elements', listOf(block.elements).length, 1, 10);
    case 'section':
      return textFaults('text', block.text, 3_000);
    case 'input': {
      const element = block.element as Json;
      return [
        ...textFaults('label', block.label, 2_000),
        ...(block.hint === undefined ? [] : textFaults('hint', block.hint, 2_000)),
        ...between('block_id', String(block.block_id).length, 1, 255),
        ...elementFaults(element),
      ];
    }
    case 'rich_text':
      return listOf(block.elements).length === 0 ? ['must provide at least one element'] : emptyTexts(block);
    default:
      return [];
  }
}

function elementFaults(element: Json): readonly string[] {
  const id = between('action_id', String(element.action_id ?? '').length, 1, 255);
  switch (element.type) {
    case 'button':
      return [
        ...id,
        ...textFaults('button text', element.text, 75),
        ...between('value', String(element.value ?? '').length, 0, 2_000),
      ];
    case 'static_select':
    case 'overflow': {
      const options = listOf(element.options);
      const most = element.type === 'overflow' ? 5 : 100;
      return [
        ...id,
        ...between('options', options.length, element.type === 'overflow' ? 2 : 1, most),
        ...options.flatMap(({ text, value }) => [
          ...textFaults('option', text, 75),
          ...between('option value', String(value ?? '').length, 1, 150),
        ]),
      ];
    }
    case 'plain_text_input':
    case 'users_select':
      return id;
    default:
      return [`unsupported element: ${element.type}`];
  }
}

function textFaults(what: string, text: unknown, most: number): readonly string[] {
  const words = (text as Json | undefined)?.text;
  return typeof words === 'string' ? between(what, words.length, 1, most) : [`${what} is missing`];
}

/** Slack refuses rich text with an empty text in it. */
function emptyTexts(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(emptyTexts);
  if (typeof value !== 'object' || value === null) return [];
  const one = value as Json;
  const isEmpty = (one.type === 'text' || one.type === 'link') && one.text === '';
  return [...(isEmpty ? ['must be more than 0 characters'] : []), ...Object.values(one).flatMap(emptyTexts)];
}

function between(what: string, count: number, least: number, most: number): readonly string[] {
  if (count < least) return [`${what} must be at least ${least}`];
  return count > most ? [`${what} must be no more than ${most}`] : [];
}

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : []);
