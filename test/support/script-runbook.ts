import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bridge } from './bridge.ts';

/** The files of a runbook whose script is this; `more`: further lines of front matter. */
export function scriptRunbook(
  name: string,
  shell: string,
  { allow = '[console]', more = '' } = {},
): Readonly<Record<string, string>> {
  const command = more.includes('command:') ? '' : `command: [./${name}.sh]\n`;
  const timeout = more.includes('timeout:') ? '' : 'timeout: 1m\n';
  return {
    [`templates/runbooks/${name}.md`]: `---\nlabel: ${name}\nrun: script\n${command}allow: ${allow}\n${timeout}${more}---\n\nA test's.\n`,
    [`templates/runbooks/${name}.sh`]: `#!/bin/sh\n${shell}\n`,
  };
}

/** What the bridge's runbooks wrote into their folder, line by line; nothing where there is no such file. */
export function linesOf({ folder }: Bridge, file = 'log'): readonly string[] {
  const path = join(folder, 'templates', 'runbooks', file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}
