import { DeliveryError, type Failure } from '../domain/errors.ts';
import type { Line, LineKind, Message } from '../domain/model.ts';
import type { Delivery, Outcome } from '../domain/ports.ts';
import { attempt } from './attempt.ts';
import { LANDS_LATE_MS } from './backoff.ts';
import { sendFitting } from './fit.ts';
import type { Turn } from './pace.ts';
import { say, tellCut } from './reply.ts';
import type { Reached, Serving } from './serving.ts';
import { failureOf, type Standing, targetOf, type Work } from './work.ts';

/** The platform's clock and ours may differ by this when a lost post is looked for. */
const CLOCK_SKEW_MS = 60_000;
/** What is worth a new message where messages cannot be edited. */
const STATE_KINDS: readonly LineKind[] = [
  'acknowledged',
  'taken_over',
  'unacknowledged',
  'assigned',
  'resolved',
  'reopened',
];

/** One step of a delivery towards its present state. Answers the failure that stopped it. */
export async function deliver(
  { step, delivery }: Turn,
  reached: Reached,
  serving: Serving,
): Promise<Failure | undefined> {
  const work = { delivery, reached, serving };
  const { message, generation, shown } = delivery;
  try {
    if (message === undefined) await begin(work, await post(work, generation));
    else if (reached.adapter.reply === undefined || step === 'edit')
      await refresh(work, { message, generation, shown });
    else await tell(work, { message, generation, shown }, heard(delivery));
    if (reached.adapter.reply === undefined) await leave(work);
    return undefined;
  } catch (error) {
    if (error instanceof DeliveryError) return error.failure;
    throw error;
  }
}

async function post(work: Work, generation: number): Promise<Standing> {
  const { delivery, reached, serving } = work;
  const lost = await find(work, generation);
  if (lost !== undefined) {
    await serving.hold.settle([{ delivery: delivery.id, generation, message: lost }]);
    return refresh(work, { message: lost, generation, shown: 0 });
  }
  await serving.hold.confirm();
  await serving.hold.sending(delivery.id);
  let left: readonly string[] = [];
  const message = await sendFitting(delivery, reached, serving, (content) => {
    left = content.cut;
    return attempt('post', serving, (deadline) => reached.adapter.post(targetOf(work, generation, deadline), content));
  });
  // By its key the platform may have given the message of an earlier attempt, which shows what was true then.
  const mayBeOlder = delivery.ambiguousSince !== undefined && reached.adapter.edit !== undefined;
  const standing = { message, generation, shown: mayBeOlder ? 0 : delivery.incident.revision };
  await settleShown(work, standing);
  await tellCut(work, standing, left);
  return mayBeOlder ? refresh(work, standing) : standing;
}

/** The message of an earlier attempt whose outcome nobody knows. Rather twice than never: where looking is refused, nothing is found. */
async function find(work: Work, generation: number): Promise<Message | undefined> {
  const { delivery, reached, serving } = work;
  const { adapter } = reached;
  const since = delivery.ambiguousSince;
  if (since === undefined || adapter.find === undefined) return undefined;
  const early = Math.min(LANDS_LATE_MS, since + LANDS_LATE_MS - serving.clock.now());
  if (early > 0) await serving.clock.wait(early, serving.stopping).catch(() => {}); // stopping: confirm says so
  await serving.hold.confirm();
  try {
    return await attempt('find', serving, async (deadline) =>
      adapter.find?.(targetOf(work, generation, deadline), since - CLOCK_SKEW_MS),
    );
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    // Whether it was posted is as unknown as before: a post without another look could show it twice.
    if (failure.reason !== 'forbidden' && failure.reason !== 'misconfigured')
      throw new DeliveryError({ ...failure, reason: 'unknown_outcome' }, { cause: error });
    serving.log.warn({ delivery: delivery.id, failure }, 'a lost post could not be looked for, it may show twice');
    return undefined;
  }
}

/** The card as it is now on a message that may show an older one. */
async function refresh(work: Work, standing: Standing): Promise<Standing> {
  const { delivery, reached, serving } = work;
  const { adapter } = reached;
  const { message, generation } = standing;
  const shown = delivery.incident.revision;
  if (standing.shown >= shown) return standing;
  if (adapter.edit === undefined) {
    if (delivery.lines.some(isNews)) return post(work, generation + 1);
  } else {
    await serving.hold.confirm();
    try {
      await sendFitting(delivery, reached, serving, (content) =>
        attempt('edit', serving, async (deadline) =>
          adapter.edit?.(targetOf(work, generation, deadline), message, content),
        ),
      );
    } catch (error) {
      return postAnew(work, standing, error);
    }
  }
  await settleShown(work, { shown });
  return { ...standing, shown };
}

/** Somebody deleted the message: once it may have been a mistake, twice it was meant. Any other error is thrown again. */
async function postAnew(work: Work, standing: Standing, error: unknown): Promise<Standing> {
  if (failureOf(error)?.reason !== 'gone') throw error;
  const generation = standing.generation + 1;
  if (standing.generation === 0) return post(work, generation);
  await work.serving.hold.settle([{ delivery: work.delivery.id, generation }]); // no message any more: a replay posts anew
  throw error;
}

type Told = Delivery['lines'][number];

/** What would be told to a channel which has just got its first post: it stands in the thread. */
async function begin(work: Work, standing: Standing): Promise<void> {
  const { lines } = work.delivery;
  const first = lines.findIndex(({ tell }) => tell !== 'channel');
  for (const line of lines.slice(0, first < 0 ? lines.length : first)) await tell(work, standing, inThread(line));
}

/** One line of the timeline. */
async function tell(work: Work, standing: Standing, line: Told | undefined): Promise<void> {
  const { delivery, reached, serving } = work;
  if (line === undefined || reached.adapter.reply === undefined) return;
  try {
    await say(work, standing, line);
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.reason === 'too_large' || failure?.reason === 'forbidden') {
      // A thread that may not be written to must not keep the card from being right.
      serving.log.warn({ delivery: delivery.id, seq: line.seq, failure }, 'a line was refused, the console has it');
    } else {
      await say(work, await postAnew(work, standing, error), line);
    }
  }
  await serving.hold.settle([{ delivery: delivery.id, told: line.seq }]);
}

/** The next line. A reminder wakes nobody where somebody has it meanwhile, or the channel is told something newer. */
function heard({ lines: [line, ...later], incident }: Delivery): Told | undefined {
  const isPast = incident.status !== 'firing' || later.some(({ tell }) => tell === 'channel');
  return line?.kind === 'reminded' && isPast ? inThread(line) : line;
}

const inThread = (line: Told): Told => ({ ...line, tell: 'thread' });

/** Where nothing can be replied to the card says what its lines do. */
async function leave({ delivery, serving }: Work): Promise<void> {
  const last = delivery.lines.at(-1);
  if (last !== undefined) await serving.hold.settle([{ delivery: delivery.id, told: last.seq }]);
}

async function settleShown(work: Work, what: Omit<Outcome, 'delivery'>): Promise<void> {
  const { delivery, serving } = work;
  await serving.hold.settle([{ delivery: delivery.id, ...what }]);
  serving.metrics.delivered(serving.platform, Math.max(0, serving.clock.now() - delivery.waitingSince) / 1_000);
}

function isNews(line: Line): boolean {
  return line.tell === 'channel' || line.mention !== undefined || STATE_KINDS.includes(line.kind);
}
