import { cut } from '../domain/cut.ts';
import { BRIDGE } from '../domain/model.ts';
import type { Delivery } from '../domain/ports.ts';
import { attempt } from './attempt.ts';
import { paced } from './pace.ts';
import { failureOf, type Standing, targetOf, type Work } from './work.ts';

/** One line of the timeline in the message's thread; where it is told to the channel, with whom the card mentions. */
export async function say(
  work: Work,
  { message, generation }: Standing,
  line: Delivery['lines'][number],
): Promise<void> {
  const { delivery, reached, serving } = work;
  // Lines in a thread wake nobody but the one for whom they are meant.
  const toChannel = line.tell === 'channel' ? serving.card(delivery, serving.platform).mentions : [];
  const mentions = [...(line.mention ?? []), ...toChannel];
  await paced('reply', work);
  await attempt('reply', serving, async (deadline) =>
    reached.adapter.reply?.(targetOf(work, generation, deadline, line.seq), message, line, mentions),
  );
}

/** What the card had no room for. Tried once, and left where the next card waits: the console has it. */
export async function tellCut(work: Work, standing: Standing, left: readonly string[]): Promise<void> {
  const { delivery, reached, serving } = work;
  if (left.length === 0 || reached.adapter.reply === undefined) return;
  const line = { at: serving.clock.now(), kind: 'noted', actor: BRIDGE, tell: 'thread' } as const;
  try {
    for (const [index, detail] of partsOf(left.join('\n')).entries()) {
      if ((await serving.lanes.due(serving.lane, 1, 'post')).length > 0) return;
      const text = index === 0 ? 'had no room for this on the card:' : 'went on:';
      await say(work, standing, { ...line, seq: -index, text, detail }); // lines of the timeline begin with 1
    }
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    serving.log.warn({ delivery: delivery.id, failure }, 'what the card had no room for is not in its thread');
  }
}

const PART_CHARACTERS = 1_500; // within a message of every platform, its markup too
const MOST_PARTS = 5;

/** A long text as a few replies, broken at the end of a line where one is near; what is longer stands in the console. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > PART_CHARACTERS && parts.length < MOST_PARTS - 1) {
    const end = rest.lastIndexOf('\n', PART_CHARACTERS);
    const part = end > PART_CHARACTERS / 2 ? rest.slice(0, end) : cut(rest, PART_CHARACTERS).slice(0, -1);
    parts.push(part);
    rest = rest.slice(part.length).trimStart();
  }
  return [...parts, cut(rest, PART_CHARACTERS)];
}
