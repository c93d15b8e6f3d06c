import type { RunbookKind } from '../domain/ports.ts';
import { ENCODE, type TextTemplate } from '../templates/liquid.ts';

type Path = readonly (string | number)[];
type Render = (scope: object) => unknown;

/** A kind's keys as a function of the scope: strings under the keys that `encode` names are Liquid, all else stays as it is. */
export function compileSpec(
  spec: unknown,
  encode: RunbookKind['encode'],
  compile: (source: string, path: Path) => TextTemplate | undefined,
): Render {
  const tree = (value: unknown, path: Path, encoded: (value: string) => string): Render => {
    if (typeof value === 'string') {
      const template = compile(value, path);
      return (scope) => template?.render(scope, encoded);
    }
    if (Array.isArray(value)) {
      const items = value.map((item, index) => tree(item, [...path, index], encoded));
      return (scope) => items.map((render) => render(scope));
    }
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).map(([key, item]) => [key, tree(item, [...path, key], encoded)] as const);
      return (scope) => Object.fromEntries(entries.map(([key, render]) => [key, render(scope)]));
    }
    return () => value;
  };
  const keys = Object.entries(spec as object).map(([key, value]) => {
    const how = encode[key];
    return [key, how === undefined ? () => value : tree(value, [key], ENCODE[how])] as const;
  });
  return (scope) => Object.fromEntries(keys.map(([key, render]) => [key, render(scope)]));
}
