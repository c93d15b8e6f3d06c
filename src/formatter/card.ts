import { cut, cutStart } from '../domain/cut.ts';
import { filledIn } from '../domain/filled-in.ts';
import { type Costs, fitBlocks, fitSpans } from '../domain/fit.ts';
import type { Button, Card, Incident, Principal, Run, RunningCard } from '../domain/model.ts';
import { isLiving, OF_A_RUN } from '../domain/model.ts';
import { type People, principalText } from '../domain/principal.ts';
import { cardScope } from '../templates/card-scope.ts';
import { type CardParts, type CardTemplates, MAX_FACTS } from '../templates/cards.ts';
import { clean } from '../templates/clean.ts';
import { TemplateFailed } from '../templates/liquid.ts';
import { safeWebUrl } from '../templates/url.ts';
import { builtInParts } from './built-in.ts';
import { MAX_CLEANED, oneLine } from './one-line.ts';
import { noticeWords, runWords, stateWords, toneOf } from './words.ts';

export interface CardInput {
  readonly incident: Incident;
  readonly runs: readonly Run[]; // the living ones
  readonly buttons: readonly Button[];
  readonly more: readonly Button[];
  readonly template: string;
  readonly mention?: readonly Principal[]; // the route's
  readonly people?: People; // who `person:<name>` is
  readonly platform: string;
  readonly route: string;
  readonly now: number;
}

/** The card of an incident as it is now. Never throws: where its template fails, the built-in card says so, and `fault` is for the log. */
export function makeCard(input: CardInput, templates: CardTemplates): { readonly card: Card; readonly fault?: string } {
  const incident = cleaned(input.incident);
  const { parts, fault } = partsOf(input, templates);
  const { buttons, more } = inSight(input, parts.buttons);
  const url = incident.url === undefined ? undefined : safeWebUrl(incident.url);
  const run = newestOf(input.runs);
  const card: Card = {
    incident: incident.id,
    revision: incident.revision,
    at: input.now,
    tone: parts.tone ?? toneOf(incident),
    state: cut(stateWords(incident), MAX_LINE),
    notice: cut(noticeWords(incident), MAX_LINE),
    title: cut(parts.title || incident.title || incident.monitor || incident.key, MAX_LINE),
    ...(url !== undefined && url.length <= MAX_URL ? { url } : {}),
    facts: parts.facts
      .slice(0, MAX_FACTS)
      .map(({ name, value }) => ({ name: cut(name, MAX_NAME), value: fitSpans(value, MAX_FACT, CHARACTERS).kept })),
    body: fitBlocks(parts.body, MAX_BODY, CHARACTERS).kept,
    mentions: mentioned([...(input.mention ?? []), ...parts.mentions], input.people),
    buttons: buttons.map(shown),
    more: more.slice(0, MAX_MENU).map(shown),
    ...(run ? { run: runningCard(run, input.now) } : {}),
  };
  return fault === undefined ? { card } : { card, fault };
}

// Far above what platforms show: each cuts to its own limits, and says so.
const MAX_LINE = 256;
const MAX_URL = 2_048;
const MAX_NAME = 80;
const MAX_FACT = 2_000; // a label's value
const MAX_BODY = 40_000; // no platform shows so much: what each leaves out, it says
const MAX_LABEL = 75; // https://docs.slack.dev/reference/block-kit/block-elements/button-element
const MAX_CONFIRM = 300; // https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
const MAX_MENU = 100; // https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
const MAX_TAIL = 1_000;
const TAIL_LINES = 6;
const CHARACTERS: Costs = {
  text: (piece) => piece.length,
  markup: (span) => (span.kind === 'time' ? 20 : (span.url?.length ?? 0)),
  block: () => 2,
};

function partsOf(input: CardInput, templates: CardTemplates): { readonly parts: CardParts; readonly fault?: string } {
  const { incident, runs, template, platform, route } = input;
  const instead = (fault: string) => ({ parts: builtInParts(cleaned(incident), fault), fault });
  try {
    const parts = templates.render(template, cardScope(incident, runs, { platform, route }));
    return parts ? { parts } : instead(`There is no card template "${template}".`);
  } catch (error) {
    // An alert is never lost to a template, whatever the template does.
    return instead(error instanceof TemplateFailed ? error.message : `${template}: ${String(error)}`);
  }
}

/** Every text of the incident that the card shows beside the template. */
function cleaned(incident: Incident): Incident {
  const named = <T extends { readonly name: string }>(actor: T): T => ({ ...actor, name: oneLine(actor.name) });
  return {
    ...incident,
    title: oneLine(incident.title),
    brief: oneLine(incident.brief),
    monitor: oneLine(incident.monitor),
    key: oneLine(incident.key),
    text: clean(incident.text.slice(0, MAX_CLEANED)),
    ...(incident.owner ? { owner: named(incident.owner) } : {}),
    ...(incident.resolvedBy ? { resolvedBy: named(incident.resolvedBy) } : {}),
  };
}

/** A template's `buttons` chooses which of the offered ones are in sight; the others stay reachable in the menu. Those of a living run go with it. */
function inSight(
  { buttons, more }: CardInput,
  chosen: readonly string[] | undefined,
): { readonly buttons: readonly Button[]; readonly more: readonly Button[] } {
  if (!chosen) return { buttons, more };
  const offered = [...buttons, ...more];
  const named = [...new Set(chosen)].flatMap((name) => offered.find((button) => nameOf(button) === name) ?? []);
  const sight = [...named, ...buttons.filter((button) => OF_A_RUN.includes(button.action) && !named.includes(button))];
  return { buttons: sight, more: offered.filter((button) => !sight.includes(button)) };
}

const nameOf = ({ action, argument }: Button): string => (argument === undefined ? action : `${action}:${argument}`);

const shown = (button: Button): Button => ({
  ...button,
  label: cut(oneLine(button.label), MAX_LABEL),
  ...(button.confirm === undefined ? {} : { confirm: cut(oneLine(button.confirm), MAX_CONFIRM) }),
  ...(button.elsewhere === undefined ? {} : { elsewhere: cut(oneLine(button.elsewhere), MAX_CONFIRM) }),
});

/** Each once; a person by their ids on the platforms. */
function mentioned(written: readonly Principal[], people: People = new Map()): readonly Principal[] {
  const principals = written.flatMap((each) => (each.platform === 'person' ? (people.get(each.id) ?? []) : [each]));
  return [...new Map(principals.map((principal) => [principalText(principal), principal])).values()];
}

function newestOf(runs: readonly Run[]): Run | undefined {
  return runs
    .filter(isLiving)
    .reduce<Run | undefined>(
      (newest, run) => (newest && newest.requestedAt > run.requestedAt ? newest : run),
      undefined,
    );
}

function runningCard(run: Run, now: number): RunningCard {
  const lines = run.state === 'waiting' ? inputLines(run) : endOf(run);
  const tail = lines.map((line) => cut(line, Math.floor(MAX_TAIL / TAIL_LINES)));
  return {
    id: run.id,
    label: cut(oneLine(run.label), MAX_LABEL),
    words: cut(oneLine(runWords(run, now)), MAX_LINE),
    tail: tail.join('\n'),
  };
}

const endOf = ({ output }: Run): readonly string[] =>
  clean(cutStart(output, MAX_CLEANED)).trimEnd().split('\n').slice(-TAIL_LINES);

/** What others are to agree to: a line for each, whatever was typed. The thread has all of it. */
function inputLines(run: Run): readonly string[] {
  const lines = filledIn(run).map(({ label, value }) => `${oneLine(label)}: ${oneLine(value)}`);
  if (lines.length <= TAIL_LINES) return lines;
  const left = lines.length - (TAIL_LINES - 1);
  return [...lines.slice(0, TAIL_LINES - 1), `… and ${left} more in the thread`];
}
