import childProcess from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { StatementSync } from 'node:sqlite';

/**
 * The bridge with the chats of the tests, which dies by SIGKILL at its DIES_AT-th operation. Operations are what others
 * can see of it: the moment before and after each commit, each request to a platform, and each start of a program. Each
 * is a line of the file `operations`.
 */
const diesAt = Number(process.env.DIES_AT ?? Number.POSITIVE_INFINITY);
let operations = 0;

function operation(name: string): void {
  appendFileSync('operations', `${name}\n`);
  if (++operations === diesAt) process.kill(process.pid, 'SIGKILL');
}

const { run } = StatementSync.prototype;
StatementSync.prototype.run = function (this: StatementSync, ...values: Parameters<typeof run>) {
  if (this.sourceSQL !== 'commit') return run.apply(this, values);
  operation('before a commit');
  const done = run.apply(this, values);
  operation('after a commit');
  return done;
} as typeof run;

const { fetch } = globalThis;
globalThis.fetch = async (input, init) => {
  const name = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`;
  operation(`before ${name}`);
  const answer = await fetch(input, init);
  operation(`after ${name}`);
  return answer;
};

const { spawn } = childProcess;
childProcess.spawn = ((...how: Parameters<typeof spawn>) => {
  operation('before a program');
  const child = spawn(...how);
  operation('after a program');
  return child;
}) as typeof spawn;
syncBuiltinESMExports();

await import('./bridge-main.ts');
