import { expect, test } from 'vitest';
import { jonas, MINUTE, script, startPipeline } from './run-bridge.ts';

const QUICK = script('quick', 'true');
const APPROVED = script('restart', 'true', 'allow: ["*"]\napprove: 1');
const END = { state: 'succeeded', summary: 'exit 0', output: '', values: {} } as const;

test('a run is counted once its end is stored, however often that is tried', async () => {
  const bridge = await startPipeline(QUICK);
  const incident = await bridge.fire();
  await bridge.ask(incident, 'quick');
  const [run] = await bridge.runs(incident);
  bridge.fill(true);
  for (let tries = 0; tries < 3; tries++) await expect(bridge.pipeline.ended(run!, END)).rejects.toThrow('full');
  expect(bridge.counted).toEqual([]);
  bridge.fill(false);
  await bridge.pipeline.ended(run!, END);
  await bridge.pipeline.ended(run!, END);
  expect(bridge.counted).toEqual(['quick succeeded']);
});

test('one that is cancelled before it begins counts, whether it waits for others or for its turn', async () => {
  const bridge = await startPipeline({ ...QUICK, ...APPROVED });
  const incident = await bridge.fire();
  for (const runbook of ['quick', 'restart']) {
    const run = await bridge.ask(incident, runbook);
    expect(await bridge.press(incident, 'cancel', { argument: run })).toMatchObject({ kind: 'done' });
    expect(await bridge.press(incident, 'cancel', { argument: run })).toMatchObject({ code: 'too_late' });
  }
  expect(bridge.counted).toEqual(['quick cancelled', 'restart cancelled']);
});

test('one that nobody agreed to in time counts once', async () => {
  const bridge = await startPipeline(APPROVED);
  const incident = await bridge.fire();
  const run = await bridge.ask(incident, 'restart');
  bridge.pass(10 * MINUTE);
  expect(await bridge.press(incident, 'approve', { actor: jonas, argument: run })).toMatchObject({ code: 'too_late' });
  await Promise.all([bridge.pipeline.lapse(), bridge.pipeline.lapse()]);
  expect(bridge.counted).toEqual(['restart cancelled']);
});
