import type { Fault } from '../domain/errors.ts';
import type { Principal } from '../domain/model.ts';
import { nearest } from '../domain/nearest.ts';
import type { People } from '../domain/principal.ts';
import { faultIn, type Parsed, parseVariable } from './parse-variable.ts';
import { listItems } from './schemas.ts';
import { CORE } from './variables.ts';

/** `PERSON_ANNA`, by the name in lower case. */
export function readPeople(values: ReadonlyMap<string, string>): Parsed<People> {
  const read = named(values, 'PERSON_').map(({ variable, name, text }) => ({
    name: name.toLowerCase(),
    ...parseVariable(variable, CORE['PERSON_<NAME>'], text),
  }));
  return {
    value: new Map(read.map(({ name, value }) => [name, value ?? []])),
    faults: read.flatMap(({ faults }) => faults),
  };
}

/** `RESPONDERS` as `*`, and `RESPONDERS_TAKE_OVER` as `take-over`. A list for no action would protect nothing: a fault. */
export function readResponders(
  values: ReadonlyMap<string, string>,
  actions: readonly string[],
): Parsed<ReadonlyMap<string, readonly Principal[]>> {
  const faults: Fault[] = [];
  const found = new Map<string, readonly Principal[]>();
  const add = (action: string, { value, faults: wrong }: Parsed<readonly Principal[] | undefined>) => {
    faults.push(...wrong);
    if (value !== undefined) found.set(action, value);
  };
  add('*', parseVariable('RESPONDERS', CORE.RESPONDERS, values.get('RESPONDERS')));
  for (const { variable, name, text } of named(values, 'RESPONDERS_')) {
    const action = actions.find((each) => variableWord(each) === name);
    if (action !== undefined) add(action, parseVariable(variable, CORE['RESPONDERS_<ACTION>'], text));
    else faults.push(noSuchAction(variable, name, actions.map(variableWord)));
  }
  return { value: found, faults };
}

/** `person:anna` in a variable that PERSON_ANNA does not map. */
export function unmappedPeople(values: ReadonlyMap<string, string>, people: People): readonly Fault[] {
  const lists = [...values].filter(([name]) => name === 'RESPONDERS' || name.startsWith('RESPONDERS_'));
  return lists.flatMap(([variable, text]) =>
    listItems(text)
      .filter((item) => item.text.startsWith('person:') && !people.has(item.text.slice('person:'.length).toLowerCase()))
      .map((item) => unmapped(variable, text, item.column, item.text.slice('person:'.length), people)),
  );
}

export function unmapped(variable: string, text: string, column: number, name: string, people: People): Fault {
  const near = nearest(name, [...people.keys()]);
  return faultIn(
    variable,
    text,
    column,
    `no PERSON_${variableWord(name)} says who person:${name} is`,
    near === undefined ? `set PERSON_${variableWord(name)}` : `set it, or write person:${near}`,
  );
}

const variableWord = (word: string) => word.toUpperCase().replaceAll('-', '_');

function named(values: ReadonlyMap<string, string>, begin: string) {
  return [...values]
    .filter(([variable]) => variable.startsWith(begin))
    .map(([variable, text]) => ({ variable, name: variable.slice(begin.length), text }));
}

function noSuchAction(variable: string, name: string, known: readonly string[]): Fault {
  const near = nearest(name, known);
  return {
    place: variable,
    message: 'names no action',
    cure: `${near === undefined ? '' : `did you mean RESPONDERS_${near}? `}The actions are ${known.join(', ')}`,
  };
}
