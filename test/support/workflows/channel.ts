import { onTestFinished } from 'vitest';
import { parse } from '../../adapters/teams/official.ts';
import { seen, type TeamsSeen } from '../../adapters/teams/seen.ts';
import type { Bridge } from '../bridge.ts';
import { type FakeWorkflows, startFakeWorkflows } from './server.ts';

/** A channel that a workflow posts to, as people see it. */
export interface WorkflowChannel {
  readonly workflows: FakeWorkflows;
  /** What turns it on, as `teams-webhook:ops`. */
  readonly env: Readonly<Record<string, string>>;
  /** The cards that stand there, oldest first. */
  cards(): readonly TeamsSeen[];
}

export const PUBLIC_URL = 'https://tocsin.example.com';

/** It ends with the test. */
export async function startWorkflowChannel(): Promise<WorkflowChannel> {
  const workflows = await startFakeWorkflows();
  onTestFinished(() => workflows.close());
  return {
    workflows,
    env: { TEAMS_WEBHOOK_OPS: workflows.address('w1'), PUBLIC_URL, ROUTE_DEFAULT: 'teams-webhook:ops' },
    cards: () =>
      workflows.posted.map(({ json }) => {
        const { faults } = parse(json);
        if (faults.length > 0) throw new Error(faults.join('\n'));
        return seen(json);
      }),
  };
}

/** Where a button of the card leads, at this bridge. */
export function linkOn(card: TeamsSeen | undefined, label: string, { url }: Bridge): string {
  const button = [...(card?.buttons ?? []), ...(card?.menu ?? [])].find((one) => one.label === label);
  if (button?.url === undefined) throw new Error(`no link “${label}” on ${JSON.stringify(card)}`);
  return button.url.replace(PUBLIC_URL, url);
}
