import type { Fault } from '../domain/errors.ts';
import type { Declarations } from './declarations.ts';
import type { Parsed } from './parse-variable.ts';

/** Where settings stand: the process environment, then `.env`. The first that has a variable has it whole. */
export type Layers = readonly Readonly<Record<string, string | undefined>>[];

/** Gives what a file holds; throws where it cannot. */
export type ReadFile = (path: string) => string;

/** Every declared variable that is set, as text, from its value or from the file that `<NAME>_FILE` names. */
export function readValues(
  layers: Layers,
  declarations: Declarations,
  readFile: ReadFile,
): { readonly values: ReadonlyMap<string, string>; readonly faults: readonly Fault[] } {
  const values = new Map<string, string>();
  const faults: Fault[] = [];
  const variables = layers.flatMap((layer) => Object.keys(layer)).map((name) => declarations.variableOf(name));
  for (const variable of new Set(variables)) {
    if (variable === undefined) continue;
    const { value, faults: found } = readNamed(variable, layers, readFile);
    if (value !== undefined) values.set(variable, value);
    faults.push(...found);
  }
  return { values, faults };
}

/** One variable's text. Empty is not set: that is how a process environment takes back what `.env` says. */
export function readNamed(variable: string, layers: Layers, readFile: ReadFile): Parsed<string> {
  const file = variable.endsWith('_FILE') ? variable : `${variable}_FILE`;
  const layer = layers.find((each) => each[variable] !== undefined || each[file] !== undefined) ?? {};
  const [direct, path] = [file === variable ? '' : layer[variable]?.trim(), layer[file]?.trim()];
  if (direct && path) {
    return { faults: [{ place: variable, message: `${variable} and ${file} are both set`, cure: 'keep one of them' }] };
  }
  if (!path) return direct ? { value: direct, faults: [] } : { faults: [] };
  try {
    const held = readFile(path).replace(/\r?\n$/, '');
    if (held !== '') return { value: held, faults: [] };
    return {
      faults: [{ place: file, message: `the file ${path} is empty`, cure: `put the value of ${variable} into it` }],
    };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return {
      faults: [
        {
          place: file,
          message: `the file ${path} ${READ_ERRORS[code] ?? 'cannot be read'}`,
          cure: `correct ${file}, or put the value of ${variable} into that file`,
        },
      ],
    };
  }
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
};
