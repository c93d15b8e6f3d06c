import type { Fault } from '../domain/errors.ts';
import { faultAt, type Place, within } from './place.ts';

/**
 * What a chat platform reads in its own messages and a card shows as it stands: a card is for all of them. `rest`: the source without it, each other
 * character where it was, since some of it looks like Liquid. Code, comments, tags and the arguments of filters are not looked at.
 */
export function platformSyntax(
  source: string,
  at: Place,
): { readonly faults: readonly Fault[]; readonly rest: string } {
  let looked = LITERAL.reduce((text, literal) => text.replace(literal, blank), source).replace(
    OUTPUT,
    withoutArguments,
  );
  let rest = source;
  const faults: Fault[] = [];
  for (const { what, pattern, cure } of SYNTAX) {
    for (const found of looked.matchAll(pattern).take(MAX_FOUND)) {
      const written = source.slice(found.index, found.index + found[0].length);
      const rows = source.slice(0, found.index).split('\n');
      const place = within(at, rows.length, (rows.at(-1) as string).length + 1);
      faults.push(faultAt(place, `${what} "${written}" would be shown as it stands.`, cure(found, written)));
      rest = without(rest, found.index, written.length);
      looked = without(looked, found.index, written.length);
    }
  }
  return { faults, rest };
}

const MAX_FOUND = 100; // of one kind in one text

// Each pattern stops where it could begin again: else a hostile file would take it quadratic time.
const LITERAL = [
  /\{%-?\s*comment\s*-?%\}(?:(?!\{%-?\s*comment\s*-?%\}).)*?\{%-?\s*endcomment\s*-?%\}/gs,
  /\{%(?:(?!\{%).)*?%\}/gs,
  /^ *(```+|~~~+).*?(?:^ *\1|(?![\s\S]))/gms,
  /(?<!`)(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g,
  /\\[!-/:-@[-`{-~]/g,
];
const OUTPUT = /\{\{(?:(?!\{\{).)*?\}\}/gs;

/** The text that stands in for a missing value is shown, other arguments are compared, cut out or counted. */
const ARGUMENT = /(?<!\bdefault\s*:\s*)(["'])(?:(?!\1).)*\1/gs;
const withoutArguments = (output: string): string => output.replace(ARGUMENT, blank);
const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
const without = (text: string, begin: number, length: number): string =>
  text.slice(0, begin) + blank(text.slice(begin, begin + length)) + text.slice(begin + length);

interface Syntax {
  readonly what: string;
  readonly pattern: RegExp;
  cure(found: RegExpExecArray, written: string): string;
}

const mention = (principal: string): string =>
  `Name them in the front matter: mention: ["${principal}"]. No card mentions from its text.`;
const EVERYBODY =
  'No card mentions everybody. Name people or groups in the front matter, such as mention: ["slack:S012", "discord:role:9"].';
const TIME = 'Use the time filter: {{ incident.openedAt | time: "relative" }} ("clock" and "date" are there too).';

/** A value of the incident inside it: nobody can be mentioned by an alert. */
const VALUE = String.raw`\{\{[^{}\n]*\}\}`;
const idOr = (written: string | undefined, instead: string): string =>
  written === undefined || written.includes('{') ? instead : written;

// https://docs.slack.dev/messaging/formatting-message-text, https://discord.com/developers/docs/reference#message-formatting,
// https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/cards-format
const SYNTAX: readonly Syntax[] = [
  {
    what: "Teams' time",
    pattern: /\{\{\s*(?:DATE|TIME)\s*\((?:(?!\{\{).)*?\}\}/gs,
    cure: () => TIME,
  },
  {
    what: "Slack's user group",
    pattern: new RegExp(String.raw`<!subteam\^(\w+|${VALUE})(?:\|[^<>\n]*)?>`, 'g'),
    cure: ([, id]) => mention(`slack:${idOr(id, 'S012')}`),
  },
  {
    what: "Slack's time",
    pattern: /<!date\^[^<>\n]*>/g,
    cure: () => TIME,
  },
  {
    what: "Slack's mention",
    pattern: /<!(?:channel|here|everyone)(?:\|[^<>\n]*)?>/g,
    cure: () => EVERYBODY,
  },
  {
    what: "Discord's role",
    pattern: new RegExp(`<@&(\\d+|${VALUE})>`, 'g'),
    cure: ([, id]) => mention(`discord:role:${idOr(id, '9')}`),
  },
  {
    what: "Discord's mention",
    pattern: /<@!?(\d+)>/g,
    cure: ([, id]) => mention(`discord:${id}`),
  },
  {
    what: "Slack's mention",
    pattern: new RegExp(String.raw`<@([UW]\w*|${VALUE})(?:\|[^<>\n]*)?>`, 'g'),
    cure: ([, id]) => mention(`slack:${idOr(id, 'U012')}`),
  },
  {
    what: "Teams' mention",
    pattern: /<at\b[^<>\n]*>[^<\n]*<\/at>/gi,
    cure: () => mention('teams:<their Microsoft Entra object id>'),
  },
  {
    what: 'The channel',
    pattern: new RegExp(String.raw`<#(?:\w+|${VALUE})(?:\|[^<>\n]*)?>`, 'g'),
    cure: () => 'Write its name, or a Markdown link to it: [ops](https://…).',
  },
  {
    what: "Slack's link",
    pattern: new RegExp(
      String.raw`<((?:https?:\/\/|mailto:|${VALUE})(?:${VALUE}|(?!\{\{)[^<>|\n])*)\|([^<>\n]*)>`,
      'g',
    ),
    cure: (_, written) => {
      const bar = written.search(/\|[^|]*$/);
      return `Write a Markdown link: [${written.slice(bar + 1, -1)}](${written.slice(1, bar)}).`;
    },
  },
  {
    what: "Discord's time",
    pattern: new RegExp(String.raw`<t:(?:-?\d+|${VALUE})(?::\w)?>`, 'g'),
    cure: () => TIME,
  },
  {
    what: "Discord's emoji",
    pattern: /<a?:\w+:\d+>/g,
    cure: () => 'Write one that every platform has, as its character: 🔥.',
  },
  {
    what: 'The mention',
    pattern: /(?<![\w.@/-])@(?:everyone|here|channel)\b(?![\w.-]*@)(?!-|\.\w)/g,
    cure: () => EVERYBODY,
  },
];
