import type { Fault } from '../domain/errors.ts';
import type { Principal } from '../domain/model.ts';
import { type People, parsePrincipal, principalText } from '../domain/principal.ts';
import type { Route } from '../routing/grammar.ts';
import { faultIn } from './parse-variable.ts';
import { type Chat, columnOf } from './routes.ts';
import { listItems } from './schemas.ts';

/** A runbook's `allow:`. */
export interface Allowed {
  readonly file: string;
  readonly allow: readonly Principal[];
  readonly approve: number;
}

/** `RESPONDERS*` that name people of a platform which is not there: nobody could press by that name. A list may be made for later, so it is no fault. */
export function absentResponders(values: ReadonlyMap<string, string>, chat: Chat): readonly Fault[] {
  return [...values]
    .filter(([name]) => name === 'RESPONDERS' || name.startsWith('RESPONDERS_'))
    .flatMap(([name, text]) =>
      listItems(text).flatMap((item) =>
        absent(parsePrincipal(item.text), chat, PRESS).map(({ message, cure }) =>
          faultIn(name, text, item.column, message, cure),
        ),
      ),
    );
}

/** The same in a route's `mention=`. */
export function absentMentions(routes: readonly Route[], chat: Chat): readonly Fault[] {
  return routes.flatMap(({ name, text, options }) =>
    options.mention.flatMap((principal) =>
      absent(principal, chat, BE_MENTIONED).map(({ message, cure }) =>
        faultIn(name, text, columnOf(text, principalText(principal)), message, cure),
      ),
    ),
  );
}

/** The same in a runbook's `allow:`, and that nobody whom it names could ask others to agree. */
export function absentAllowed(lists: readonly Allowed[], chat: Chat, people: People): readonly Fault[] {
  return lists.flatMap((runbook) =>
    [
      ...runbook.allow.flatMap((principal) => [...absent(principal, chat, RUN_IT), ...unmapped(principal, people)]),
      ...unasked(runbook),
    ].map((note) => ({ place: runbook.file, ...note })),
  );
}

function unasked({ allow, approve }: Allowed): readonly Omit<Fault, 'place'>[] {
  if (approve === 0 || allow.some(({ platform }) => platform !== 'console')) return [];
  const message = 'nobody can run it: others must agree to it, and what the console asks for nobody can agree to';
  return [{ message, cure: 'name people of a chat in allow:, or take approve: out' }];
}

function unmapped({ platform, id }: Principal, people: People): readonly Omit<Fault, 'place'>[] {
  if (platform !== 'person' || people.has(id)) return [];
  const variable = `PERSON_${id.toUpperCase()}`;
  return [{ message: `person:${id} cannot run it: no ${variable} says who that is`, cure: `set ${variable}` }];
}

const EVERYWHERE: readonly string[] = ['*', 'person', 'console'];

/** What they would do, and on which platforms people can. */
interface Deed {
  readonly what: string;
  readonly where: 'on' | 'told';
}
const PRESS: Deed = { what: 'press', where: 'on' };
const RUN_IT: Deed = { what: 'run it', where: 'on' };
const BE_MENTIONED: Deed = { what: 'be mentioned', where: 'told' };

function absent(principal: Principal | undefined, chat: Chat, { what, where }: Deed): readonly Omit<Fault, 'place'>[] {
  const there = chat[where];
  if (principal === undefined || EVERYWHERE.includes(principal.platform) || there.includes(principal.platform))
    return [];
  const { platform } = principal;
  const isKnown = chat.known.includes(platform);
  return [
    {
      message: `${principalText(principal)} cannot ${what}: ${platform} is ${isKnown ? 'off' : 'not in this version yet'}`,
      cure: isKnown
        ? `set the variables of ${platform}; .env.example lists them`
        : `name somebody of ${chat.on.join(' or ')} too, or leave it out`,
    },
  ];
}
