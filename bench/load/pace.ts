import { setTimeout as wait } from 'node:timers/promises';
import { connect } from './connections.ts';

type Send = (client: ReturnType<typeof connect>['all'][number]) => Promise<unknown>;

/**
 * Sends at a steady rate, whether or not earlier ones were answered. Answers how many milliseconds after it was due each was
 * answered: what had to wait for a free connection counts as slow, as it would be to its sender.
 */
export async function pace(url: string, perSecond: number, sends: readonly Send[]): Promise<readonly number[]> {
  const connections = connect(url);
  const idle = [...connections.all];
  const waiting: (() => void)[] = [];
  const take = async () => {
    if (idle.length === 0) await new Promise<void>((free) => waiting.push(free));
    return idle.pop() as (typeof idle)[number];
  };
  const beganAt = performance.now();
  const answers: Promise<number>[] = [];
  for (const [index, send] of sends.entries()) {
    const dueAt = beganAt + (index * 1_000) / perSecond;
    while (performance.now() < dueAt) await wait(1);
    answers.push(
      (async () => {
        const client = await take();
        await send(client);
        idle.push(client);
        waiting.shift()?.();
        return performance.now() - dueAt;
      })(),
    );
  }
  const latencies = await Promise.all(answers);
  await connections.close();
  return latencies;
}
