import type { Failure } from '../domain/errors.ts';

/** A call that brought no answer, or none that says what became of it. Only a post that may have been done shows twice when it is made again. */
export function unanswered(call: string, message: string, mayBeDone: boolean): Failure {
  return { reason: call === 'post' && mayBeDone ? 'unknown_outcome' : 'unavailable', scope: 'channel', message };
}

const UNREACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Whether nothing can have arrived there. */
export function isUnreached(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && UNREACHED.includes(String(error.code))) || isUnreached(error.cause);
}

/** What an error says, and what is behind it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 200);
  const { message, cause } = error;
  return [message, ...(cause instanceof Error ? [cause.message] : [])].join(': ').slice(0, 200);
}
