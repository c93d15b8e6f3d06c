import { expect, onTestFinished } from 'vitest';
import { connect } from '../../../src/adapters/teams/connect.ts';
import { type TeamsEnv, teamsPlatform } from '../../../src/adapters/teams/platform.ts';
import type { Adapter, Host, Press, Reply, Target } from '../../../src/domain/ports.ts';
import { hostOf, memoryOf } from '../../support/host.ts';
import { soon } from '../../support/soon.ts';
import { mounted } from '../../support/teams/mount.ts';
import { envOf } from '../../support/teams/platform.ts';
import { type FakeTeams, startFakeTeams } from '../../support/teams/server.ts';

export const settingsOf = (teams: FakeTeams, more: Readonly<Record<string, string>> = {}): TeamsEnv =>
  teamsPlatform.configure({ ...envOf(teams), ...more }) as TeamsEnv;

export interface Started {
  readonly teams: FakeTeams;
  readonly adapter: Adapter;
  readonly presses: Press[];
  readonly memory: Host['memory'];
}

/** An adapter that is connected to a fake of its own, which sends it what Teams sends. Both end with the test. */
export async function started(
  press: (one: Press) => Promise<Reply> = async () => ({ kind: 'told', text: 'well' }),
  over: Partial<Host> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const teams = await startFakeTeams();
  const presses: Press[] = [];
  const memory = memoryOf();
  const host = hostOf({
    memory,
    press: (one) => {
      presses.push(one);
      return press(one);
    },
    ...over,
  });
  const adapter = connect(settingsOf(teams, env), host);
  onTestFinished(async () => {
    await adapter.close();
    await teams.close();
  });
  teams.bridge = await mounted(adapter);
  await soon(() => expect(adapter.status()).toEqual({ connected: true }));
  return { teams, adapter, presses, memory: host.memory };
}

let posts = 0;
export const to = (channel: string, deadline = AbortSignal.timeout(10_000)): Target => ({
  channel,
  once: `t${posts++}.0`,
  deadline,
});
