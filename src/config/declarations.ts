import type { Variable, Variables } from '../domain/ports.ts';
import { typoOf } from './typo.ts';

export interface Declared {
  readonly key: string; // as it was declared: `ROUTE_<NAME>`
  readonly variable: Variable;
}

/** What may be set. A key with `<NAME>` in it stands for every name that begins and ends so; a plain one goes first. */
export interface Declarations {
  find(name: string): Declared | undefined;
  /** The variable that `name` sets: itself, or the one whose file it names; undefined: nothing reads it. */
  variableOf(name: string): string | undefined;
  /** The name that `name` is a typo of. */
  nearest(name: string): string | undefined;
}

export function declare(...groups: readonly Variables[]): Declarations {
  const all: Variables = Object.assign({}, ...groups);
  const plain = Object.keys(all).filter((key) => !isPattern(key));
  const patterns = Object.keys(all)
    .filter(isPattern)
    .map((key) => ({ key, begin: key.slice(0, key.indexOf('<')), end: key.slice(key.indexOf('>') + 1) }));
  const find = (name: string) => {
    const key = Object.hasOwn(all, name) ? name : patterns.find(({ begin, end }) => matches(name, begin, end))?.key;
    const variable = key === undefined ? undefined : all[key];
    return key === undefined || variable === undefined ? undefined : { key, variable };
  };
  return {
    find,
    variableOf(name) {
      if (!name.endsWith('_FILE') || Object.hasOwn(all, name)) return find(name) && name;
      const variable = name.slice(0, -'_FILE'.length);
      return find(variable) && variable;
    },
    nearest(name) {
      const whole = typoOf(name, plain) ?? filled(name, patterns);
      if (whole !== undefined || !name.endsWith('_FILE')) return whole;
      const variable = typoOf(name.slice(0, -'_FILE'.length), plain);
      return variable && `${variable}_FILE`;
    },
  };
}

/**
 * Only the begin of a pattern can be mistyped. What follows is anybody's word, and would make any name look like it: HTTP_PROXY
 * like ROUTE_PROXY.
 */
function filled(name: string, patterns: readonly { readonly begin: string; readonly end: string }[]) {
  for (const { begin, end } of patterns) {
    const words = name.split('_');
    const rest = words.splice(begin.split('_').length - 1).join('_');
    const meant = rest.endsWith(end) && rest !== '' && typoOf(`${words.join('_')}_`, [begin]);
    if (meant) return begin + rest;
  }
  return undefined;
}

const isPattern = (key: string) => key.includes('<');

function matches(name: string, begin: string, end: string): boolean {
  return (
    name.startsWith(begin) &&
    name.endsWith(end) &&
    /^[A-Z0-9_]+$/.test(name.slice(begin.length, name.length - end.length))
  );
}
