import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the packages: a system's folder for temporary files may be memory, where a flush costs nothing. */
const PLACE = join(import.meta.dirname, '..', 'node_modules', '.bench-');

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** Whatever ends the bench, Ctrl-C and a failure too: nothing that it started or wrote is left. */
export function leaveNothing(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.on(signal, () => process.exit(code));
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    for (const folder of folders) remove(folder);
  });
}

/** Ends with the bench at the latest. */
export function owned<T extends ChildProcess>(child: T): T {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

export function newFolder(): string {
  const folder = mkdtempSync(PLACE);
  folders.add(folder);
  return folder;
}

export function dropFolder(folder: string): void {
  remove(folder);
  folders.delete(folder);
}

const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
