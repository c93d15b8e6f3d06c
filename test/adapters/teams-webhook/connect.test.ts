import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/adapters/teams-webhook/connect.ts';
import { teamsWebhookPlatform } from '../../../src/adapters/teams-webhook/platform.ts';
import type { DeliveryError, Failure } from '../../../src/domain/errors.ts';
import type { Platform } from '../../../src/domain/ports.ts';
import { adapterContract, sampleCard } from '../../contracts/adapter.ts';
import { clockAt } from '../../support/clock.ts';
import { hostOf } from '../../support/host.ts';
import { SIGNATURE, startFakeWorkflows, type Trouble } from '../../support/workflows/server.ts';

const linked = {
  ...sampleCard,
  buttons: sampleCard.buttons.map((button) => ({ ...button, link: 'https://tocsin.example.com/a/token' })),
};
const content = teamsWebhookPlatform.render(linked);

adapterContract(teamsWebhookPlatform as Platform, async () => {
  const workflows = await startFakeWorkflows();
  const adapter = connect({ addresses: new Map([['ops', workflows.address('w1')]]) }, hostOf());
  const meets = (trouble: Trouble) => () => workflows.script(trouble);
  const row = (status: number, gives: Partial<Failure>, headers: Record<string, string> = {}) => ({
    when: `${status} ${JSON.stringify(headers)}`,
    during: 'post' as const,
    gives: { scope: 'channel' as const, ...gives },
    arrange: meets({ kind: 'status', status, headers }),
  });
  return {
    adapter,
    channel: 'ops',
    calls: workflows.calls,
    wire: { stall: meets({ kind: 'stall' }), lose: meets({ kind: 'drop' }), heal: workflows.heal },
    failures: [
      row(429, { reason: 'limited' }),
      row(429, { reason: 'limited', retryAfter: 3_000 }, { 'retry-after': '3' }),
      row(429, { reason: 'limited', retryAfter: 0 }, { 'retry-after': 'Fri, 01 Jan 2021 00:00:00 GMT' }),
      row(400, { reason: 'too_large' }),
      row(413, { reason: 'too_large' }),
      row(401, { reason: 'forbidden' }),
      row(403, { reason: 'forbidden' }),
      row(404, { reason: 'misconfigured' }),
      row(410, { reason: 'misconfigured' }),
      row(405, { reason: 'misconfigured' }),
      row(302, { reason: 'misconfigured' }, { location: 'http://127.0.0.1:1/elsewhere' }),
      row(408, { reason: 'unavailable' }),
      row(503, { reason: 'unavailable' }),
      row(500, { reason: 'unknown_outcome' }),
      row(502, { reason: 'unknown_outcome' }),
      row(504, { reason: 'unknown_outcome' }),
    ],
    close: () => workflows.close(),
  };
});

async function posting(channel = 'ops', host = hostOf()) {
  const workflows = await startFakeWorkflows();
  onTestFinished(() => workflows.close());
  const adapter = connect({ addresses: new Map([['ops', workflows.address('w1')]]) }, host);
  const post = () => adapter.post({ channel, once: 'd1.0', deadline: AbortSignal.timeout(5_000) }, content);
  const failure = async (): Promise<DeliveryError> =>
    post().then(
      () => expect.fail('it was posted'),
      (error: unknown) => error as DeliveryError,
    );
  return { workflows, adapter, post, failure };
}

test('a card is posted as Workflows takes it, once', async () => {
  const { workflows, post } = await posting();
  await post();
  expect(workflows.posted).toMatchObject([
    { path: '/workflows/w1/triggers/manual/paths/invoke', json: { type: 'message', attachments: [{}] } },
  ]);
});

test('nothing that the adapter tells of a failure holds the address', async () => {
  const { workflows, failure } = await posting();
  const body = { error: { code: 'WorkflowTriggerIsNotEnabled', message: 'It is off.' } };
  workflows.script({ kind: 'status', status: 400, body });
  workflows.script({ kind: 'drop' });
  const failures = [await failure(), await failure()];
  expect(failures[0]?.failure.message).toBe('Workflows answered 400: WorkflowTriggerIsNotEnabled It is off.');
  for (const { failure: told, message, stack } of failures)
    expect(JSON.stringify([told, message, stack])).not.toContain(SIGNATURE);
});

test('where nobody listens nothing was posted', async () => {
  const { workflows, failure } = await posting();
  await workflows.close();
  expect((await failure()).failure.reason).toBe('unavailable');
});

test('a name that no variable gives an address is told with the variable', async () => {
  const { failure } = await posting('db-oncall');
  expect((await failure()).failure).toMatchObject({
    reason: 'misconfigured',
    cure: expect.stringContaining('TEAMS_WEBHOOK_DB_ONCALL'),
  });
});

test('at most four are posted within any second, whoever asks', async () => {
  let now = 0; // the adapter's own: how long a call takes on this machine makes no difference
  const host = hostOf({ clock: { ...clockAt(), monotonic: () => now } });
  const { workflows, adapter, post } = await posting('ops', host);
  const times: number[] = [];
  for (let n = 0; n < 9; n++) {
    now += adapter.pace?.('post', 'ops') ?? 0;
    times.push(now);
    await post();
  }
  expect(workflows.posted).toHaveLength(9);
  const within = times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length);
  expect(Math.max(...within)).toBe(4);
});
