import { type OpenList, saying } from '../domain/model.ts';
import type { Host, Question } from '../domain/ports.ts';

/** Asking what is open, in the same words on every platform. */
export const TOCSIN = 'tocsin'; // the command
export const OPEN = 'open';
export const ABOUT = 'What is open, and who has it';

export type AskOpen = (question: Question) => Promise<OpenList>;

/** Never rejects: who asked must be told. */
export function createAsking({ open, clock, log }: Host): AskOpen {
  return async (question) => {
    try {
      return await open(question);
    } catch (err) {
      log.error({ err }, 'what is open could not be read');
      return saying('What is open cannot be read now. Ask again in a moment.', clock.now());
    }
  };
}

/** Whether these words ask for it; letters in any case. */
export const asksOpen = (words: string): boolean => words.trim().toLowerCase() === OPEN;
