import type { Texts } from '../domain/model.ts';
import type { Host, Press, Problem, Refusal, Reply } from '../domain/ports.ts';
import { inputOf } from './person-field.ts';

/** What every platform does with a press, beside saying it in its own way. */
export interface Pressing {
  /** Never rejects: who pressed must be told. */
  replyTo(press: Press): Promise<Reply>;
  /** The same where it comes within `ms`; undefined: it comes later, and the platform must be answered before. */
  orLate<T>(coming: Promise<T>, ms: number): Promise<T | undefined>;
}

export function createPressing({ press, clock, log }: Host): Pressing {
  return {
    async replyTo(one) {
      try {
        return await press(one);
      } catch (err) {
        log.error({ err }, 'a press could not be taken');
        return { kind: 'refused', ...UNTAKEN };
      }
    },
    async orLate(coming, ms) {
      const over = new AbortController();
      const late = clock.wait(ms, over.signal).then(
        () => undefined,
        () => undefined, // it came in time
      );
      const first = await Promise.race([coming, late]);
      over.abort();
      return first;
    },
  };
}

const UNTAKEN: Refusal = {
  code: 'too_late',
  text: 'Nothing can be stored now, so nothing was done. Press again in a moment.',
};

/** What a press is answered whose button leads nowhere. */
export const UNKNOWN_BUTTON = 'This button is not known here (any more).';

/** What is wrong, by the input where it is; undefined where something has none among `names`. `given`: the inputs' values. */
export function fieldErrors(
  problems: readonly Problem[],
  names: readonly string[],
  given: Texts,
): Record<string, string> | undefined {
  const errors = problems.map(({ path, message }) => [inputOf(path.replace(/^inputs\./, ''), given), message] as const);
  return errors.length > 0 && errors.every(([name]) => names.includes(name)) ? Object.fromEntries(errors) : undefined;
}
