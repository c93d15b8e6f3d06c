import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { Fault } from '../domain/errors.ts';

export interface TemplateFile {
  readonly name: string; // without `.md`
  readonly file: string; // as faults show it
  readonly text: string;
}

const MAX_FILES = 500;
const MAX_FILE_BYTES = 256 * 1024;

/** The `*.md` files of a folder, sorted by name. Links are followed: that is how ConfigMaps are mounted. */
export async function readFolder(folder: string): Promise<{
  readonly files: readonly TemplateFile[];
  readonly names?: readonly string[]; // of all that are there, also where one cannot be read; absent: nobody knows
  readonly faults: readonly Fault[];
}> {
  const shown = shownPath(folder);
  let names: readonly string[];
  try {
    names = (await readdir(folder)).filter(isTemplate).sort();
  } catch (error) {
    return { files: [], faults: [unreadable(shown, error, 'Create the folder, or set TEMPLATES_DIR.')] };
  }
  if (names.length > MAX_FILES) {
    const message = `The folder holds more than ${MAX_FILES} templates.`;
    return { files: [], faults: [{ place: shown, message, cure: 'Remove those that are not used.' }] };
  }
  const files: TemplateFile[] = [];
  const faults: Fault[] = [];
  for (const name of names) {
    const file = join(shown, name);
    try {
      const { size } = await stat(join(folder, name));
      if (size > MAX_FILE_BYTES) {
        faults.push({ place: file, message: `The file is larger than ${MAX_FILE_BYTES} bytes.`, cure: 'Shorten it.' });
        continue;
      }
      files.push({ name: nameOf(name), file, text: await readFile(join(folder, name), 'utf8') });
    } catch (error) {
      faults.push(unreadable(file, error, 'Make it a file that the bridge may read.'));
    }
  }
  return { files, names: names.map(nameOf), faults };
}

const nameOf = (file: string) => file.slice(0, -'.md'.length);

export const isTemplate = (name: string): boolean => name.endsWith('.md') && !name.startsWith('.');

/** As faults show it: from the working directory, where it is in there. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}

function unreadable(place: string, error: unknown, cure: string): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return { place, message: `It cannot be read (${code}).`, cure };
}
