import type { Variable, Variables } from '../domain/ports.ts';

export interface Declared {
  readonly key: string; // as it was declared: `ROUTE_<NAME>`
  readonly variable: Variable;
}

/** What may be set. A key with `<NAME>` in it stands for every name that begins and ends so; a plain one goes first. */
export interface Declarations {
  find(name: string): Declared | undefined;
  /** The variable that `name` sets: itself, or the one whose file it names; undefined: nothing reads it. */
  variableOf(name: string): string | undefined;
  /** Every name that could have been meant by `name`, for the nearest one. */
  candidates(name: string): readonly string[];
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
    candidates(name) {
      const afterFirst = name.slice(name.indexOf('_') + 1);
      const filled = patterns.map(({ begin, end }) => `${begin}${afterFirst}${end}`);
      const values = [...plain, ...(name.includes('_') ? filled : [])];
      return name.endsWith('_FILE') ? [...values, ...plain.map((each) => `${each}_FILE`)] : values;
    },
  };
}

const isPattern = (key: string) => key.includes('<');

function matches(name: string, begin: string, end: string): boolean {
  return (
    name.startsWith(begin) &&
    name.endsWith(end) &&
    /^[A-Z0-9_]+$/.test(name.slice(begin.length, name.length - end.length))
  );
}
