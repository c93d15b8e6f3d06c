import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished } from 'vitest';
import { soon } from '../support/soon.ts';

const CLI = join(import.meta.dirname, '..', '..', 'src', 'cli');
const LINK = /^ +(?:Console: )?(http:\/\/127\.0\.0\.1:\d+)\/\?token=(\S+)$/m;

/** Starts a demo as a newcomer does, with nothing of this process's environment but the PATH, in a temporary folder of its own. */
export function startDemo(
  script: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-newcomer-'));
  const child = execa(process.execPath, [join(CLI, script), ...args], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', TMPDIR: folder, ...env },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await child;
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    child,
    printed: () => printed,
    left: () => readdirSync(folder),
    /** The sign-in link, once it is printed. */
    async link() {
      const [link = '', url = '', token = ''] = await soon(() => {
        const found = LINK.exec(printed);
        expect(found, printed).not.toBeNull();
        return found ?? [];
      });
      return { link: link.replace(/^.*?http/, 'http'), url, token };
    },
  };
}

/** The API as a program with the token uses it. */
export function apiOf(url: string, token: string) {
  const asked = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(url + path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    return { status: answer.status, json: (await answer.json()) as never };
  };
  return {
    async incidents(): Promise<readonly Listed[]> {
      return (await asked('/api/incidents')).json['incidents'];
    },
    async incident(id: string): Promise<Listed> {
      return (await asked(`/api/incidents/${id}`)).json;
    },
    press: (id: string, action: string, argument?: string) =>
      asked(`/api/incidents/${id}/actions/${action}`, { method: 'POST', body: JSON.stringify({ argument }) }),
  };
}

export interface Listed {
  readonly id: string;
  readonly source: string;
  readonly status: string;
  readonly title: string;
  readonly owner: { readonly name: string } | null;
  readonly timeline: readonly { readonly kind: string; readonly text: string }[];
  readonly deliveries: readonly { readonly destination: string; readonly state: string }[];
  readonly runs: readonly { readonly state: string; readonly output: string }[];
}
