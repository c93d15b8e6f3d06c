import type { Encoding, RunbookKind } from '../domain/ports.ts';
import { ENCODE, type TextTemplate } from '../templates/liquid.ts';

type Path = readonly (string | number)[];
type Render = (scope: object) => unknown;
type Compile = (source: string, path: Path) => TextTemplate | undefined;

/** A kind's keys as a function of the scope: strings under the keys that `encode` names are Liquid, all else stays as it is. */
export function compileSpec(
  spec: unknown,
  encode: ReturnType<RunbookKind['encode']>,
  compile: { readonly run: Compile; readonly response: Compile },
): Render {
  const tree = (value: unknown, path: Path, how: Encoding): Render => {
    if (typeof value === 'string') {
      if (how === 'response') {
        compile.response(value, path);
        return () => value;
      }
      const template = compile.run(value, path);
      return (scope) => template?.render(scope, ENCODE[how]);
    }
    if (Array.isArray(value)) {
      const items = value.map((item, index) => tree(item, [...path, index], how));
      return (scope) => items.map((render) => render(scope));
    }
    return isMap(value) ? map(value, path, () => how) : () => value;
  };
  const map = (
    value: object,
    path: Path,
    howOf: (key: string) => Encoding | Readonly<Record<string, Encoding>> | undefined,
  ): Render => {
    const entries = Object.entries(value).map(([key, item]): readonly [string, Render] => {
      const how = howOf(key);
      if (how === undefined) return [key, () => item];
      if (typeof how === 'string') return [key, tree(item, [...path, key], how)];
      return [key, isMap(item) ? map(item, [...path, key], (inner) => how[inner]) : () => item];
    });
    return (scope) => Object.fromEntries(entries.map(([key, render]) => [key, render(scope)]));
  };
  return map(spec as object, [], (key) => encode[key]);
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
