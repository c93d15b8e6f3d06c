import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Source } from '../domain/ports.ts';
import { sources } from '../sources/index.ts';
import { CannotDo, type Io, WrongUse } from './command.ts';

/** The bytes of a file, or of stdin where it is called `-`. */
export async function readInput(file: string, io: Io): Promise<Uint8Array> {
  if (file === '-') return io.stdin();
  try {
    return await readFile(resolve(io.folder, file));
  } catch (error) {
    throw new CannotDo(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}.`, { cause: error });
  }
}

/** The source that `--source` names; WizStatus where it does not. */
export function sourceNamed(name = 'wizstatus'): Source {
  const source = sources.find((each) => each.name === name);
  if (source === undefined) {
    throw new WrongUse(`there is no source "${name}". There are ${sources.map((each) => each.name).join(', ')}.`);
  }
  return source;
}
