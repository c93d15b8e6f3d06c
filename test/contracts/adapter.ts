import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLocal } from '../../src/domain/destination.ts';
import { DeliveryError, type Failure } from '../../src/domain/errors.ts';
import type { Card, Line, Message } from '../../src/domain/model.ts';
import type { Adapter, Platform, Target } from '../../src/domain/ports.ts';

/** One implementation, connected to a fake that speaks its platform's wire protocol. */
export interface AdapterUnderTest {
  readonly adapter: Adapter;
  readonly channel: string;
  /** How many calls the platform has seen; absent: nothing is sent. */
  calls?(): number;
  /** The keys under which messages were made. */
  onces?(): readonly (string | undefined)[];
  /** What may become of the next call; absent: nothing is sent. */
  readonly wire?: Wire;
  /** Somebody deletes a message there. */
  erase?(message: Message): void;
  /** What this platform has of its own. */
  readonly failures: readonly FailureRow[];
  close(): Promise<void>;
}

interface Wire {
  stall(): void; // it is read and never answered, until the wire is healed
  lose(): void; // it is done, and its answer is lost
  garble?(): void; // it is done, and its answer is a page of something between
  heal(): void;
}

/** Makes the next call of `during` fail. */
interface FailureRow {
  readonly when: string;
  readonly during: 'post' | 'edit' | 'reply';
  readonly gives: Partial<Failure>;
  arrange(message: Message): void;
}

/** What may happen between here and any platform. What may have been done is not done again by itself, unless it is the same twice. */
function commonFailures({ adapter, wire, erase }: AdapterUnderTest): readonly FailureRow[] {
  const has = ({ during }: FailureRow) => adapter[during] !== undefined;
  const lost = (during: FailureRow['during'], reason: Failure['reason']): readonly FailureRow[] =>
    wire === undefined
      ? []
      : [
          { when: `the answer to a ${during} is lost`, during, gives: { reason }, arrange: wire.lose },
          ...(wire.garble === undefined
            ? []
            : [{ when: `the answer to a ${during} is a page`, during, gives: { reason }, arrange: wire.garble }]),
        ];
  const gone = (during: FailureRow['during']): readonly FailureRow[] =>
    erase === undefined
      ? []
      : [{ when: `the message of a ${during} was deleted`, during, gives: { reason: 'gone' }, arrange: erase }];
  return [
    ...lost('post', 'unknown_outcome'),
    ...lost('edit', 'unavailable'),
    ...lost('reply', 'unavailable'),
    ...gone('edit'),
    ...gone('reply'),
  ].filter(has);
}

export const sampleCard: Card = {
  incident: '01hzzzzzzzzzzzzz',
  revision: 1,
  at: 1_790_000_000_000,
  tone: 'critical',
  state: 'Critical, firing',
  notice: 'CRITICAL · Production API is down (us-east, HTTP 500)',
  title: 'Production API is down',
  url: 'https://status.example.com/monitors/1',
  facts: [{ name: 'Where', value: [{ kind: 'text', text: 'us-east' }] }],
  body: [{ kind: 'paragraph', spans: [{ kind: 'text', text: 'HTTP 500 after 2,500 ms <!channel> @everyone *x*' }] }],
  mentions: [],
  buttons: [{ action: 'acknowledge', label: 'Acknowledge', style: 'primary' }],
  more: [{ action: 'why', label: 'Why did I get this?' }],
};
const line: Line = {
  at: 1_750_000_000_000,
  kind: 'acknowledged',
  actor: { platform: 'console', id: 'console', name: 'Maya' },
  text: 'acknowledged',
  tell: 'thread',
};

/** What every chat platform must keep to. */
export function adapterContract(platform: Platform, start: () => Promise<AdapterUnderTest>): void {
  describe(`the adapter of ${platform.name}`, () => {
    let under: AdapterUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    let posts = 0;
    const target = (deadline = AbortSignal.timeout(10_000)): Target => ({
      channel: under.channel,
      once: `01hzzzzzzzzzzzz${(posts++).toString(36).padStart(2, '0')}.0`,
      deadline,
    });
    const content = platform.render(sampleCard);

    test('renders the same card the same way, within the limits', () => {
      expect(platform.render(sampleCard)).toEqual(content);
      expect(content.faults).toEqual([]);
    });

    test('is off where none of its variables is set', () => {
      const off = Object.keys(platform.variables).length > 0;
      expect(platform.configure({}) === undefined).toBe(off);
    });

    test('posts a card, edits it and replies to it', async () => {
      const message = await under.adapter.post(target(), content);
      expect(message.id).not.toBe('');
      await under.adapter.edit?.(target(), message, content);
      await under.adapter.reply?.(target(), message, line, []);
      expect(under.adapter.status().connected).toBe(true);
    });

    test('hands on the key of a post, and finds the message by it', async () => {
      const once = target();
      const message = await under.adapter.post(once, content);
      if (under.onces !== undefined) expect(under.onces()).toContain(once.once);
      if (under.adapter.find !== undefined) {
        expect(await under.adapter.find(once, Date.now() - 60_000)).toEqual(message);
        expect(await under.adapter.find(target(), Date.now() - 60_000)).toBeUndefined();
      }
    });

    test('ends a post at its deadline, with an outcome that nobody knows', async () => {
      if (under.wire === undefined) return expect(isLocal(under.channel)).toBe(true);
      under.wire.stall();
      const failure = await failureOf(under.adapter.post(target(AbortSignal.timeout(50)), content));
      under.wire.heal();
      expect(failure.reason).toBe('unknown_outcome');
    });

    test('makes every failure of the platform the right reason, after a single call', async () => {
      for (const { when, during, gives, arrange } of [...commonFailures(under), ...under.failures]) {
        const message = await under.adapter.post(target(), content);
        arrange(message);
        const before = under.calls?.() ?? 0;
        const failure = await failureOf(
          during === 'post'
            ? under.adapter.post(target(), content)
            : during === 'edit'
              ? under.adapter.edit!(target(), message, content)
              : under.adapter.reply!(target(), message, line, []),
          when,
        );
        expect(failure, when).toMatchObject(gives);
        expect((under.calls?.() ?? 0) - before, `calls when ${when}`).toBe(1);
        under.wire?.heal();
      }
    });

    test('may be closed twice', async () => {
      await under.adapter.close();
      await expect(under.adapter.close()).resolves.toBeUndefined();
    });
  });
}

async function failureOf(call: Promise<unknown>, when?: string): Promise<Failure> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, when).toBeInstanceOf(DeliveryError);
  return (error as DeliveryError).failure;
}
