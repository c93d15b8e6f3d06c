import { z } from 'zod';
import type { Fault } from '../domain/errors.ts';
import type { Block, Principal, Spans, Tone } from '../domain/model.ts';
import { PRINCIPAL_FORMS, parsePrincipal } from '../domain/principal.ts';
import { CARD_SCOPE } from './card-scope.ts';
import { clean } from './clean.ts';
import { readFolder } from './folder.ts';
import { type FrontMatter, readFrontMatter } from './front-matter.ts';
import { readKeys } from './keys.ts';
import { type ParsedLiquid, parseLiquid, TemplateFailed } from './liquid.ts';
import { renderBlocks, renderLine } from './markdown-template.ts';
import { didYouMean } from './nearest.ts';
import type { Place } from './place.ts';
import { platformSyntax } from './platform-syntax.ts';
import { sampleScopes } from './samples.ts';
import { textOf } from './values.ts';

/** The card templates that could be read. */
export interface CardTemplates {
  readonly names: readonly string[];
  /** `scope`: of cardScope. Undefined: there is no template of this name. Throws TemplateFailed. */
  render(name: string, scope: object): CardParts | undefined;
}

/** What a template says about a card. */
export interface CardParts {
  readonly title: string; // one line; may be empty
  readonly facts: readonly { readonly name: string; readonly value: Spans }[]; // those with a value
  readonly body: readonly Block[];
  readonly tone?: Tone;
  readonly mentions: readonly Principal[];
  readonly buttons?: readonly string[]; // those in sight, in this order: `acknowledge`, `run:restart-api`
}

/** A name in `buttons:` that is written out: `acknowledge`, `snooze:1h`, `run:restart-api`. */
export interface WrittenButton {
  readonly name: string;
  readonly place: string;
}

/** Every `*.md` of the folder. A file with a fault is not among the templates. */
export async function loadCards(folder: string): Promise<{
  readonly templates: CardTemplates;
  readonly there?: readonly string[]; // the names of all files, also of those with a fault; absent: nobody knows
  readonly buttons: readonly WrittenButton[]; // of all files
  readonly faults: readonly Fault[];
}> {
  const { files, names, faults: unread } = await readFolder(folder);
  const cards = files.map(({ name, file, text }) => ({ name, ...readCard(file, text) }));
  const renders = new Map(cards.flatMap(({ name, render }) => (render ? [[name, render] as const] : [])));
  return {
    templates: { names: [...renders.keys()], render: (name, scope) => renders.get(name)?.(scope) },
    ...(names !== undefined && { there: names }),
    buttons: cards.flatMap(({ buttons = [] }) => buttons),
    faults: [...unread, ...cards.flatMap(({ faults }) => faults)],
  };
}

/** One file. Without `render` there is at least one fault. */
export function readCard(
  file: string,
  text: string,
): {
  readonly render?: (scope: object) => CardParts;
  readonly buttons?: readonly WrittenButton[];
  readonly faults: readonly Fault[];
} {
  const faults: Fault[] = [];
  const all: ParsedLiquid[] = [];
  const parse = (source: string, at: Place): ParsedLiquid | undefined => {
    const { faults: platforms, rest } = platformSyntax(source, at);
    const { parsed, faults: found } = parseLiquid(rest, at, CARD_SCOPE);
    faults.push(...[...found, ...platforms].slice(0, MAX_FAULTS));
    if (parsed) all.push(parsed);
    return parsed;
  };

  const { matter, body: bodyAlone, faults: unreadable } = readFrontMatter(file, text);
  faults.push(...unreadable);
  if (!matter) {
    if (bodyAlone) parse(bodyAlone.text, bodyAlone.at);
    return { faults };
  }
  const { keys: right, rest, faults: wrongKeys } = readKeys(matter, CARD_KEYS);
  faults.push(...wrongKeys);
  const keys = right ?? rest ?? CARD_KEYS.parse({});
  const title = parse(keys.title, matter.place(['title']));
  const color = parse(keys.color, matter.place(['color']));
  const isWritten = keys.color.trim() !== '' && !keys.color.includes('{');
  if (isWritten && !isTone(keys.color.trim())) faults.push(noTone(matter, keys.color));
  const facts = Object.entries(keys.facts).map(([name, source]) => {
    faults.push(...platformSyntax(name, matter.keyPlace(['facts', name])).faults);
    return { name: clean(name), value: parse(source, matter.place(['facts', name])) };
  });
  faults.push(...tooMany(matter, Object.keys(keys.facts)));
  const buttons = keys.buttons?.map((source, index) => parse(source, matter.place(['buttons', index])));
  const body = parse(matter.body, matter.bodyPlace());
  const mentions = keys.mention.flatMap((written, index) => {
    const principal = parsePrincipal(written);
    if (principal && principal.kind !== 'anyone') return [principal];
    faults.push(notMentionable(matter, written, index));
    return [];
  });

  const render = (scope: object): CardParts => {
    const tone = line(color, scope);
    return {
      title: line(title, scope),
      facts: facts.flatMap(({ name, value }) => {
        const spans = value ? renderLine(value, scope) : [];
        return spans.length > 0 ? [{ name, value: spans }] : [];
      }),
      body: body ? renderBlocks(body, scope) : [],
      ...(isTone(tone) ? { tone } : {}),
      mentions,
      ...(buttons ? { buttons: buttons.map((button) => line(button, scope)).filter((name) => name !== '') } : {}),
    };
  };
  faults.push(...rehearsalFaults(matter, all, faults.length === 0 ? render : undefined));
  const written = (keys.buttons ?? []).flatMap((source, index) =>
    source.includes('{') ? [] : [{ name: source.trim(), place: matter.fault(['buttons', index], '', '').place }],
  );
  return faults.length > 0 ? { buttons: written, faults: inOrder(faults) } : { render, buttons: written, faults };
}

const MAX_FAULTS = 100; // of one text

/** More than any platform shows. */
export const MAX_FACTS = 25;

const CARD_KEYS = z.strictObject({
  title: z.string().default('{{ incident.title }}'),
  facts: z.record(z.string(), z.string()).default({}),
  buttons: z.array(z.string()).optional(), // left out: those that the state offers
  color: z.string().default(''), // one of TONES; anything else: the incident's own
  mention: z.array(z.string()).default([]),
});

const TONES: readonly Tone[] = ['critical', 'error', 'warning', 'info', 'acknowledged', 'resolved'];
const isTone = (text: string): text is Tone => TONES.some((tone) => tone === text);

function noTone(matter: FrontMatter, color: string): Fault {
  const cure = `${didYouMean(color, TONES)} Left out, it is the incident's own.`;
  return matter.fault(['color'], `"${color}" is no colour of a card.`, cure);
}

/** Plain text on one line. */
function line(parsed: ParsedLiquid | undefined, scope: object): string {
  const text = parsed?.render(scope, (value) => clean(textOf(value))) ?? '';
  return text.replace(/\s+/g, ' ').trim();
}

function notMentionable(matter: FrontMatter, written: string, index: number): Fault {
  return matter.fault(
    ['mention', index],
    written === '*' ? 'Nobody can mention everybody.' : `"${written}" is not somebody to mention.`,
    `Write one of ${PRINCIPAL_FORMS.replace('*, ', '')}.`,
  );
}

/** The card would leave them out. */
function tooMany(matter: FrontMatter, facts: readonly string[]): readonly Fault[] {
  const first = facts[MAX_FACTS];
  if (first === undefined) return [];
  const { line: row, column } = matter.keyPlace(['facts', first]);
  return [matter.fault({ line: row, column }, `There are more than ${MAX_FACTS} facts.`, 'Move some into the body.')];
}

/** What only shows when it is rendered, on an incident of each state. `render`: of the whole card, where it can be. */
function rehearsalFaults(
  matter: FrontMatter,
  all: readonly ParsedLiquid[],
  render: ((scope: object) => CardParts) | undefined,
): readonly Fault[] {
  return sampleScopes(all).flatMap((scope) => {
    const faults = all.flatMap((parsed) => parsed.rehearse(scope));
    if (faults.length > 0 || render === undefined) return faults;
    try {
      render(scope);
      return [];
    } catch (error) {
      if (!(error instanceof TemplateFailed)) throw error;
      const { line: row, column } = error.at;
      return [matter.fault({ line: row, column }, error.what, 'Make the template simpler.')];
    }
  });
}

/** As they stand in the file, one a place: a second one there only follows from the first. */
function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const first = new Map<string, Fault>();
  for (const fault of faults) if (!first.has(fault.place)) first.set(fault.place, fault);
  const positionOf = ({ place }: Fault) => place.split(':').slice(-2).map(Number) as [number, number];
  return [...first.values()].sort((one, other) => {
    const [[row, column], [otherRow, otherColumn]] = [positionOf(one), positionOf(other)];
    return row - otherRow || column - otherColumn;
  });
}
