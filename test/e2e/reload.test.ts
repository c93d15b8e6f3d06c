import { expect, test } from 'vitest';
import { MAIN, startBridge, writeInto } from '../support/bridge.ts';

test('a changed .env is taken on SIGHUP: a rotated secret works, and the old one no more', async () => {
  const bridge = await startBridge({
    main: MAIN,
    env: { WIZSTATUS_SECRETS: undefined },
    files: { '.env': 'WIZSTATUS_SECRETS=the-first-secret\n' },
  });
  const statusWith = async (secret: string) => (await bridge.send('Production API', 'firing', { secret })).status;
  expect(await statusWith('the-first-secret')).toBe(200);
  expect(await statusWith('the-second-secret')).toBe(401);

  const hangUp = async (env: string, answer: string) => {
    writeInto(bridge.folder, '.env', env);
    const said = bridge.says(answer);
    bridge.child.kill('SIGHUP');
    await said;
  };
  await hangUp('WIZSTATUS_SECRETS=the-second-secret, the-first-secret\n', 'configuration was read again');
  expect([await statusWith('the-first-secret'), await statusWith('the-second-secret')]).toEqual([200, 200]);

  await hangUp('WIZSTATUS_SECRETS=the-second-secret\n', 'configuration was read again');
  expect([await statusWith('the-first-secret'), await statusWith('the-second-secret')]).toEqual([401, 200]);
});

test('a .env with a fault is told and not taken, and the bridge goes on with the last good one', async () => {
  const good = 'WIZSTATUS_SECRETS=the-first-secret\n';
  const bridge = await startBridge({ main: MAIN, env: { WIZSTATUS_SECRETS: undefined }, files: { '.env': good } });
  for (const [bad, told] of [
    ['WIZSTATUS_SECRETS=the-second-secret\nROUTE_DEFAULT=slak:ops\n', 'ROUTE_DEFAULT'],
    ['WIZSTATUS_SECRET=the-second-secret\n', 'WIZSTATUS_SECRETS'],
    [`${good}ROUTE_DB='monitor=~"db-(" -> console'\n`, 'ROUTE_DB'],
  ] as const) {
    writeInto(bridge.folder, '.env', bad);
    const said = bridge.says('the old configuration stays');
    bridge.child.kill('SIGHUP');
    await said;
    expect(
      bridge
        .output()
        .split('\n')
        .findLast((line) => line.includes('stays')),
    ).toContain(told);
    expect((await bridge.send('Production API', 'firing', { secret: 'the-first-secret' })).status).toBe(200);
    expect((await bridge.send('Production API', 'firing', { secret: 'the-second-secret' })).status).toBe(401);
  }
});

test('a start with faults ends at once and names every one of them with its cure', async () => {
  const starting = startBridge({
    main: MAIN,
    env: { TRUST_PROXY: 'true', ROUTE_DB: 'monitor=~"db-(" -> console' },
    files: { '.env': 'WIZSTATUS_SECERTS=typo\n' },
  });
  const told = await starting.then(
    () => 'it started',
    (error: Error) => error.message,
  );
  for (const name of ['TRUST_PROXY', 'ROUTE_DB', 'WIZSTATUS_SECERTS']) expect(told).toContain(name);
});
