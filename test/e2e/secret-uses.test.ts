import { expect, test } from 'vitest';
import { tocsinProcess } from '../cli/run.ts';
import { type Bridge, MAIN, startBridge } from '../support/bridge.ts';

test('when a secret was last used survives SIGKILL, and is told by /metrics and check under its new number', async () => {
  const env = { WIZSTATUS_SECRETS: undefined };
  const began = Date.now();
  const bridge = await startBridge({
    main: MAIN,
    env,
    files: { '.env': 'WIZSTATUS_SECRETS=new-secret, old-secret\n' },
  });
  expect((await bridge.send('Production API', 'firing', { secret: 'old-secret' })).status).toBe(200);
  expect(await lastUsed(bridge)).toEqual([0, expect.any(Number)]);
  await bridge.kill();

  const rotated = { '.env': 'WIZSTATUS_SECRETS=newest-secret, new-secret, old-secret\n' };
  const again = await startBridge({ main: MAIN, env, files: rotated, after: bridge });
  const [newest, former, old] = await lastUsed(again);
  expect([newest, former]).toEqual([0, 0]);
  expect(old).toBeGreaterThanOrEqual(began / 1_000);
  expect(old).toBeLessThanOrEqual(Date.now() / 1_000);

  const { out, err } = await tocsinProcess(again.folder, ['check']);
  expect(err).toBe('');
  expect(out).toMatch(
    /^wizstatus +HMAC-SHA256 of the body in X-Signature +3: 1st never, 2nd never, 3rd used \d+ s ago +any/m,
  );
  expect(out).not.toContain('secret,');
});

/** Of WizStatus's secrets, the newest first; 0: never. */
async function lastUsed(bridge: Bridge): Promise<readonly number[]> {
  const text = await (await fetch(`${bridge.url}/metrics`)).text();
  const samples = text.matchAll(
    /^tocsin_secret_last_used_timestamp_seconds\{source="wizstatus",secret="\d"\} (\S+)$/gm,
  );
  return [...samples].map(([, seconds]) => Number(seconds));
}
