import type { Log } from './domain/ports.ts';

type Close = () => unknown;

/** What was started, and how it ends: the last first, each only after what came after it has ended. */
export interface Closers {
  /** Whether the end has begun. */
  readonly isClosing: boolean;
  add(close: Close): void;
  /** One place among the others; what is added to it ends at the same time. */
  beside(): (close: Close) => void;
  /** Calls every one, once, whatever the others throw. Rejects after the last with what they threw. */
  close(): Promise<void>;
}

/** Builds what `closers` can end. Where that throws, what it had started is ended first. */
export async function builtWhole<T>(log: Log, build: (closers: Closers) => Promise<T>): Promise<T> {
  const closers = createClosers();
  try {
    return await build(closers);
  } catch (error) {
    await closers.close().catch((err: unknown) => log.error({ err }, 'what was started did not end in order'));
    throw error;
  }
}

export function createClosers(): Closers {
  const places: Close[][] = [];
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    const errors: unknown[] = [];
    for (const place of places.reverse()) {
      const ends = await Promise.allSettled(place.map(async (end) => end()));
      for (const end of ends) if (end.status === 'rejected') errors.push(end.reason);
    }
    if (errors.length > 1) throw new AggregateError(errors, 'several parts did not end in order');
    if (errors.length > 0) throw errors[0];
  }

  return {
    get isClosing() {
      return closed !== undefined;
    },
    add: (end) => void places.push([end]),
    beside() {
      const place: Close[] = [];
      places.push(place);
      return (end) => void place.push(end);
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}
