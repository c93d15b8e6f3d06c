import { cut } from '../domain/cut.ts';
import type { Actor, FormField, Texts } from '../domain/model.ts';
import type { Action, Decision } from '../domain/ports.ts';
import { type People, parsePrincipal, principalText } from '../domain/principal.ts';
import { mentionOf } from '../incidents/expiry.ts';
import * as incidents from '../incidents/incident.ts';
import { invalidInput } from './refusals.ts';
import { decisionOf } from './step.ts';

const IDS = 'slack:U…, discord:<user id>, teams:<object id>';
const FORMS = `${IDS} or person:<name>`;
const NAMES_TAKE = 40; // characters: chats have room for some 100 in all

/** Hands it over to a person by name, who is told with a mention. */
export const assign: Action = {
  name: 'assign',
  offers: ({ incident, people }) =>
    incident.status === 'resolved' ? {} : { menu: [{ action: 'assign', label: 'Hand over', asks: fieldsOf(people) }] },
  form: ({ incident, people }, press) =>
    incident.status === 'resolved' || press.argument !== undefined || press.inputs?.person !== undefined
      ? undefined
      : {
          title: 'Hand over',
          fields: fieldsOf(people),
          submit: { action: 'assign', label: 'Hand over', style: 'primary' },
        },
  decide({ incident, people = new Map(), told = [] }, press, at): Decision {
    const path = press.argument === undefined ? 'inputs.person' : 'argument';
    const owner = personOf((press.argument ?? press.inputs?.person ?? '').trim(), people, press.names);
    if ('problem' in owner) return invalidInput(owner.problem, path);
    const unreached = whyUnreached(owner, people, told);
    if (unreached !== undefined) return invalidInput(unreached, path);
    return decisionOf(
      incidents.assign(incident, press.actor, { owner, mention: mentionOf(owner, people) }, at.now, people),
      `${owner.name} has it now.${told.length === 0 ? ' Nobody tells them: it stands in the console alone.' : ''}`,
    );
  },
};

function fieldsOf(people: People = new Map()): readonly FormField[] {
  return [{ name: 'person', label: 'Person', required: true, isPerson: true, hint: hintOf(people) }];
}

/** Who may be written: a few of those that have a name here, for whom nobody must know an id. */
function hintOf(people: People): string {
  const names = [...people.keys()].filter((_, index, all) => all.slice(0, index + 1).join(', ').length <= NAMES_TAKE);
  const more = people.size > names.length ? ', …' : '';
  return names.length === 0 ? FORMS : `${names.join(', ')}${more}, or ${IDS}`;
}

/** A name alone is that of a `PERSON_<NAME>`. `names`: what their platform calls them, by principal. */
function personOf(text: string, people: People, names: Texts = {}): Actor | { readonly problem: string } {
  if (text === '') return { problem: `Say who: ${hintOf(people)}.` };
  const principal = parsePrincipal(people.has(text.toLowerCase()) ? `person:${text}` : text);
  if (principal === undefined || principal.kind !== 'person' || principal.platform === 'console')
    return { problem: `Nobody is called ${cut(text, 40)} here. Name one person: ${hintOf(people)}.` };
  const { platform, id } = principal;
  if (platform === 'person') {
    return people.has(id)
      ? { platform, id, name: named(id) }
      : { problem: `No PERSON_${id.toUpperCase()} says who person:${id} is.` };
  }
  const written = principalText(principal);
  const [known] = [...people].find(([, ids]) => ids.some((one) => principalText(one) === written)) ?? [];
  return { platform, id, name: known === undefined ? (names[written] ?? written) : named(known) };
}

/** An incident that its owner is not told of would remind nobody, and escalate nowhere. */
function whyUnreached(owner: Actor, people: People, told: readonly string[]): string | undefined {
  if (told.length === 0) return undefined; // it reminds nobody as it is: whoever looks at the console sees it
  const theirs = owner.platform === 'person' ? (people.get(owner.id) ?? []) : [owner];
  if (theirs.some(({ platform }) => told.includes(platform))) return undefined;
  const platforms = [...new Set(theirs.map(({ platform }) => platform))];
  return `${owner.name} would not be told: this incident has no card on ${platforms.join(' or ')}.`;
}

/** `anna_lee` as people write it: `Anna Lee`. */
const named = (person: string): string =>
  person
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
