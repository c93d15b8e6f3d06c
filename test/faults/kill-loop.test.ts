import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { expectCardsRight, expectNothingLost, expectRemembered, expectRunOnce, killLoop } from '../e2e/kill-loop.ts';

const MONITORS = 715; // of them 286 recover: 1,001 webhooks, and 858 presses
const KILLS = 20;

// F1, F3, F28, F32
test('1,000 webhooks and their presses under SIGKILL: nothing answered is lost, no card is wrong, no runbook ran twice', async () => {
  const killed = await killLoop({ monitors: MONITORS, kills: KILLS }, Number(process.env.SEED ?? randomInt(2 ** 31)));
  expectNothingLost(killed);
  expectCardsRight(killed);
  expectRunOnce(killed);
  await expectRemembered(killed);
});
