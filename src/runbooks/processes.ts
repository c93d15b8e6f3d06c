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

/**
 * Kills what a run left on this machine: its group, where it is known, and processes that moved to one of their own. Answers how
 * many there were. Linux only but for the group: elsewhere there is no /proc. One that left its group and shows no cookie is not found.
 */
export async function sweep(run: string, leader?: number): Promise<number> {
  const ended = new Set<number>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const left = await processesOf(run, leader);
    if (leader !== undefined && round === 0) signalGroup(leader, 'SIGKILL');
    if (left.length === 0) break;
    for (const pid of left) {
      ended.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // gone already
      }
    }
    await wait(ROUND_MS);
  }
  return ended.size;
}

/** Living processes that carry the run's cookie or are in its group. One that is dead, or another user's, does not show its environment. */
export async function processesOf(run: string, leader?: number): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => []);
  const found: number[] = [];
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const isOurs = `\0${environment}`.includes(`\0${COOKIE}=${run}\0`);
    if (isOurs || (leader !== undefined && (await isIn(leader, name)))) found.push(Number(name));
  }
  return found;
}

/** Whether a process is in a group and lives. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function isIn(leader: number, pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold anything
  return Number(group) === leader && state !== 'Z' && state !== 'X';
}
