import type { Adapter, Delivery, Step } from '../domain/ports.ts';
import type { Reached, Serving } from './serving.ts';

const LONGEST_WAIT_MS = 500; // then it is looked again: what came meanwhile may go first
const LINES_GIVE_WAY_MS = 2_000; // a line comes after the card of its own change

/** The platform's call for each step: by that it counts. */
const CALLS = { post: 'post', edit: 'edit', call: 'reply', line: 'reply' } as const;
const STEPS = Object.keys(CALLS) as readonly Step[];
type Call = Parameters<NonNullable<Adapter['pace']>>[0];

/** Whose turn it is, and for what. */
export interface Turn {
  readonly step: Step;
  readonly delivery: Delivery;
}

/**
 * The next turn, or how long there is none; undefined: nothing is due. What waits longest goes first, so that no card waits behind the
 * edits of others, nor they behind it. But the lines of threads, which may be many, keep no channel from being told of anything, and after
 * one of them a card goes before the next.
 */
export async function nextOf({ adapter }: Reached, serving: Serving, last?: Step): Promise<Turn | number | undefined> {
  const { lanes, lane, channel } = serving;
  const due = (
    await Promise.all(
      STEPS.map(async (step) => (await lanes.due(lane, 1, step)).map((delivery) => ({ step, delivery }))),
    )
  ).flat();
  const linesWait = last === 'line' || due.some(({ step }) => step === 'call');
  const [first] = due
    .map((turn) => ({
      turn,
      wait: adapter.pace?.(CALLS[turn.step], channel) ?? 0,
      isBehind: turn.step === 'line' && linesWait,
      since: sinceOf(turn),
    }))
    .sort((a, b) => a.wait - b.wait || Number(a.isBehind) - Number(b.isBehind) || a.since - b.since);
  if (first === undefined) return undefined;
  return first.wait > 0 ? Math.min(first.wait, LONGEST_WAIT_MS) : first.turn;
}

function sinceOf({ step, delivery: { waitingSince, lines } }: Turn): number {
  return step === 'call' || step === 'line' ? (lines[0]?.at ?? waitingSince) + LINES_GIVE_WAY_MS : waitingSince;
}

/** Waits until the platform's limits allow one more of these. Throws LaneEnded where it may not be sent any more. */
export async function paced(
  call: Call,
  { reached, serving }: { readonly reached: Reached; readonly serving: Serving },
): Promise<void> {
  for (;;) {
    await serving.hold.confirm();
    const wait = reached.adapter.pace?.(call, serving.channel) ?? 0;
    if (wait <= 0) return;
    await serving.clock.wait(Math.min(wait, LONGEST_WAIT_MS), serving.stopping).catch(() => {}); // stopping: confirm says so
  }
}
