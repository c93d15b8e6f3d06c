import { createRequire } from 'node:module';
import type * as Official from 'adaptivecards';

// Its modules cannot be imported: their own imports have no extensions.
export const official = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.min.js') as typeof Official;

export interface Parsed {
  readonly card: Official.AdaptiveCard;
  readonly faults: readonly string[];
}

const known = new WeakMap<object, Parsed>(); // it reads slowly, and most cards are looked at more than once

/** A card as Microsoft's parser reads it, and what it finds wrong. `msteams` is no part of its schema. */
export function parse(json: unknown): Parsed {
  const parsed = known.get(json as object) ?? read(json);
  known.set(json as object, parsed);
  return parsed;
}

function read(json: unknown): Parsed {
  const { msteams: _, ...content } = contentOf(json);
  const context = new official.SerializationContext(official.Versions.v1_5);
  const card = new official.AdaptiveCard();
  card.hostConfig = new official.HostConfig({ actions: { maxActions: 6 } });
  card.parse(content, context);
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index));
  const faults = [...events, ...card.validateProperties().validationEvents].map((event) => event?.message ?? '');
  return { card, faults: faults.filter((fault) => !OF_PEOPLE_PICKERS.includes(fault)) };
}

/**
 * Teams takes its people picker in cards of every version, with no choices beside the people:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/people-picker
 */
const OF_PEOPLE_PICKERS: readonly string[] = [
  'Property "choices.data" is supported in version 1.6, but you are using version 1.5.',
  'An Input.ChoiceSet must have at least one choice defined.',
];

export function contentOf(json: unknown): Readonly<Record<string, unknown>> {
  const { attachments } = json as { readonly attachments: readonly [{ readonly content: Record<string, unknown> }] };
  return attachments[0].content;
}
