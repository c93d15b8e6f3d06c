import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { COOKIE } from './environment.ts';

/** Signals a process group, where the system has groups, else its leader. One that is gone is well. */
export function signalGroup(leader: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, signal);
  } catch {
    // gone already, or somebody else's by now
  }
}

const MAX_ROUNDS = 20; // a process may fork while it is looked for
const ROUND_MS = 10;

/** Kills what a run left on this machine: processes that moved to a group or session of their own. Linux only: elsewhere there is no /proc. */
export async function sweep(run: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const left = await processesOf(run);
    if (left.length === 0) return;
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // gone already
      }
    }
    await wait(ROUND_MS);
  }
}

/** Processes that carry the run's cookie. One that is dead, or another user's, does not show its environment. */
export async function processesOf(run: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => []);
  const found: number[] = [];
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    if (`\0${environment}`.includes(`\0${COOKIE}=${run}\0`)) found.push(Number(name));
  }
  return found;
}
