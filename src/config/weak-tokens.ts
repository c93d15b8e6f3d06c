import type { Fault } from '../domain/errors.ts';
import { listItems } from './schemas.ts';

/** Guessing a word of 16 characters or more is hopeless, however it was made up. */
const LEAST_CHARACTERS = 16;

/** Tokens and secrets that let people in and are short enough to be guessed. */
export function weakTokens(values: ReadonlyMap<string, string>): readonly Fault[] {
  return [...values]
    .filter(([name]) => name === 'CONSOLE_TOKEN' || name === 'METRICS_TOKEN' || name.endsWith('_SECRETS'))
    .filter(([, text]) => listItems(text).some((item) => item.text.length < LEAST_CHARACTERS))
    .map(([place]) => ({
      place,
      message: `a secret in it has less than ${LEAST_CHARACTERS} characters and may be guessed`,
      cure: 'make one with: openssl rand -hex 24',
    }));
}
