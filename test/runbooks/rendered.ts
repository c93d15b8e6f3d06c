import { kinds } from '../../src/runbooks/index.ts';
import type { Runbook } from '../../src/runbooks/load.ts';
import { readRunbook } from '../../src/runbooks/read.ts';

/** A runbook of these lines of front matter, with what is wrong with them. */
export async function read(lines: string, folder = '.') {
  const text = `---\nlabel: Tried\nallow: [console]\n${lines}\n---\nA test's.\n`;
  const { runbook, faults } = await readRunbook({ name: 'tried', file: 'tried.md', text }, folder, kinds);
  return { runbook, faults: faults.map(({ place, message, cure }) => `${place} ${message} ${cure}`) };
}

/** Its keys with the values of this scope. */
export async function rendered(lines: string, scope: object): Promise<unknown> {
  const { runbook, faults } = await read(lines);
  if (runbook === undefined) throw new Error(faults.join('\n'));
  return (runbook as Runbook).spec(scope);
}
