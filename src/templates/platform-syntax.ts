import type { Fault } from '../domain/errors.ts';
import { faultAt, type Place, within } from './place.ts';

const MENTION = 'Name whom to wake in the front matter: mention: ["slack:S…", "discord:role:…"].';
const LINK = 'Write a Markdown link: [words](https://…).';
const TIME = "Write the time with its filter: {{ incident.openedAt | time: 'relative' }}.";

/** What a platform would read in a message of its own, and what an author means by it. */
const FOREIGN: readonly { readonly of: string; readonly form: RegExp; readonly cure: string }[] = [
  { of: 'Slack’s', form: /<!(?:channel|here|everyone|subteam\^)[^>\n]*>/g, cure: MENTION },
  { of: 'Slack’s', form: /<!date\^[^>\n]*>/g, cure: TIME },
  { of: 'Slack’s', form: /<(?:@[UW]|#C)[A-Z0-9]+(?:\|[^>\n]*)?>/g, cure: MENTION },
  { of: 'Slack’s', form: /<(?:https?|mailto):[^|>\s]*\|[^>\n]*>/g, cure: LINK },
  { of: 'Discord’s', form: /<(?:@[!&]?|#)\d+>/g, cure: MENTION },
  { of: 'Discord’s', form: /<t:-?\d+(?::[a-zA-Z])?>/g, cure: TIME },
  { of: 'a chat’s', form: /(?<![\w@.])@(?:everyone|here|channel)\b/g, cure: MENTION },
  { of: 'Teams’', form: /<at>[^<\n]*<\/at>/g, cure: MENTION },
];

/** Syntax of one platform in a text for all of them: it would be shown as it is written. What stands in code is meant so. */
export function platformSyntaxFaults(source: string, at: Place): readonly Fault[] {
  return source.split('\n').flatMap((line, row) => {
    const words = line.replaceAll(/`[^`]*`|\{\{.*?\}\}|\{%.*?%\}/g, (code) => ' '.repeat(code.length));
    return FOREIGN.flatMap(({ of, form, cure }) =>
      [...words.matchAll(form)].map(({ 0: found, index }) =>
        faultAt(within(at, row + 1, index + 1), `"${found}" is ${of} own syntax, and would be shown as it is.`, cure),
      ),
    );
  });
}
