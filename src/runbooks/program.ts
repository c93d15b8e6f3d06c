import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { shownPath } from '../templates/folder.ts';
import { PATH } from './environment.ts';

/** Why a run could not start this program, as it stands in `folder` or on the PATH of runs. Undefined: it could. */
export async function whyNoProgram(
  program: string,
  folder: string,
): Promise<{ readonly message: string; readonly cure: string } | undefined> {
  if (!program.includes('/')) return (await isOnPath(program)) ? undefined : notOnPath(program);
  const path = resolve(folder, program);
  const shown = shownPath(path);
  switch (await look(path)) {
    case 'program':
      return undefined;
    case 'absent':
      return {
        message: `There is no ${shown}.`,
        cure: "Create it, or correct the path: it begins at the file's folder.",
      };
    case 'no file':
      return { message: `${shown} is no file.`, cure: 'Name the program itself.' };
    case 'not executable':
      return { message: `${shown} may not be executed.`, cure: `chmod +x ${shown}` };
  }
}

type Seen = 'program' | 'absent' | 'no file' | 'not executable';

async function look(path: string): Promise<Seen> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 'absent';
  if (!found.isFile()) return 'no file';
  if (process.platform === 'win32') return 'program'; // it has no executable bit
  return access(path, constants.X_OK).then(
    () => 'program' as const,
    () => 'not executable' as const,
  );
}

async function isOnPath(name: string): Promise<boolean> {
  if (process.platform === 'win32') return true; // its PATH, and the endings that it tries, are its own
  const seen = await Promise.all(PATH.split(delimiter).map((folder) => look(join(folder, name))));
  return seen.includes('program');
}

function notOnPath(name: string) {
  return {
    message: `There is no program ${name}.`,
    cure: `Install it where runs look (${PATH}), or write its path, such as ./${name} for one beside this file.`,
  };
}
