import { expect, test } from 'vitest';
import { inputsDigest } from '../../src/pipeline/audit.ts';
import { jonas, MINUTE, maya, script, startPipeline } from './run-bridge.ts';

const FILES = {
  ...script('restart', 'echo restarted', 'allow: ["*"]\napprove: 1\ninputs: { reason: { label: Reason } }'),
  ...script('opens', 'true', 'allow: [console]\non: firing'),
};

async function audited() {
  const bridge = await startPipeline(FILES);
  const incident = await bridge.fire();
  const rows = async () =>
    (await bridge.store.audit.rows({ after: 0, limit: 100 })).map(
      ({ actor, what, outcome }) => `${actor.id} ${what} ${outcome}`,
    );
  return { bridge, incident, rows };
}

test('a press that was done is one row, whoever else pressed and however often it is sent', async () => {
  const { bridge, incident, rows } = await audited();
  await Promise.all(Array.from({ length: 50 }, (_, n) => bridge.press(incident, 'acknowledge', { id: `a${n}` })));
  await bridge.press(incident, 'acknowledge', { id: 'a0' });
  await bridge.press(incident, 'why');
  expect((await rows()).filter((row) => row.includes('acknowledge'))).toEqual(['U1 acknowledge done']);
});

test('a press that was refused is a row', async () => {
  const { bridge, incident, rows } = await audited();
  bridge.set({ responders: new Map([['resolve', []]]) });
  await bridge.press(incident, 'resolve', { actor: jonas });
  expect((await rows()).at(-1)).toBe('U2 resolve not_allowed');
});

test('presses that were refused are a row each, in the timeline too; the same one again is none within the hour', async () => {
  const { bridge, incident, rows } = await audited();
  bridge.set({ responders: new Map([['run', []]]) });
  for (const argument of ['one', 'two', 'one']) await bridge.press(incident, 'run', { actor: jonas, argument });
  const refused = async () => (await rows()).filter((row) => row.endsWith('not_allowed'));
  expect(await refused()).toEqual(['U2 run one not_allowed', 'U2 run two not_allowed']);
  expect((await bridge.lines(incident)).filter((line) => line.includes('was refused'))).toHaveLength(2);
  bridge.pass(60 * MINUTE);
  await bridge.press(incident, 'run', { actor: jonas, argument: 'one' });
  expect(await refused()).toHaveLength(3);
});

test('a run is followed from the press to its end, each time with the digest of its inputs', async () => {
  const { bridge, incident } = await audited();
  const inputs = { reason: 'a leak' };
  const run = await bridge.ask(incident, 'restart', { inputs });
  await bridge.press(incident, 'approve', { argument: run, actor: jonas });
  bridge.startRunner();
  await expect.poll(async () => (await bridge.runs(incident)).at(-1)?.state).toBe('succeeded');
  const all = await bridge.store.audit.rows({ after: 0, limit: 100, incident });
  const of = all.filter(({ what, outcome }) => `${what} ${outcome}`.includes(run));
  const digest = inputsDigest(inputs);
  const runbook = { platform: 'runbook', id: 'restart' };
  expect(of).toMatchObject([
    { actor: maya, what: 'run restart', outcome: `waiting ${run}`, digest },
    { actor: jonas, what: `approve ${run}`, outcome: 'done', digest },
    { actor: runbook, what: `began ${run}`, outcome: 'running', digest },
    { actor: runbook, what: `ended ${run}`, outcome: 'succeeded', digest },
  ]);
});

test('a run that is claimed twice is begun once', async () => {
  const { bridge, incident, rows } = await audited();
  bridge.set({ runbooks: [bridge.runbook('restart')] });
  const [run] = await bridge.runs(incident);
  expect(await bridge.pipeline.began(run!, MINUTE)).toBe(true);
  expect(await bridge.pipeline.began(run!, MINUTE)).toBe(false);
  expect((await rows()).filter((row) => row.includes('began'))).toHaveLength(1);
});

test('a run that starts by itself is a row, and one that nobody approved too', async () => {
  const { bridge, incident, rows } = await audited();
  const [own] = await bridge.runs(incident);
  const run = await bridge.ask(incident, 'restart');
  bridge.pass(10 * MINUTE);
  await bridge.pipeline.lapse();
  expect(await rows()).toEqual([
    `opens started ${own?.id} queued`,
    `U1 run restart waiting ${run}`,
    `bridge ended ${run} cancelled`,
  ]);
});

test('the digest of inputs does not depend on their order, and on each of them', () => {
  expect(inputsDigest({ a: '1', b: '2' })).toBe(inputsDigest({ b: '2', a: '1' }));
  expect(inputsDigest({ a: '1', b: '2' })).not.toBe(inputsDigest({ a: '1', b: '3' }));
  expect(inputsDigest({ a: '1', b: '2' })).not.toBe(inputsDigest({ a: '1","b":"2' }));
});
