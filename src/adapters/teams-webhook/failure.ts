import { z } from 'zod';
import { DeliveryError, type Failure, type Reason } from '../../domain/errors.ts';
import { retryAfter } from '../retry-after.ts';
import { isUnreached, unanswered, wordsOf } from '../unanswered.ts';

const MOST_READ = 4_096; // of an answer that says what is wrong
const said = z.object({ error: z.object({ code: z.string(), message: z.string().default('') }) });

/** What an answer that is no success means for a delivery. The workflow's address is a secret: no text here holds it. */
export async function refused(response: Response): Promise<DeliveryError> {
  const { status, headers } = response;
  const message = `Workflows answered ${status}${await saidBy(response)}`;
  const of = (reason: Reason, cure?: string): Failure => ({
    reason,
    scope: 'channel',
    message,
    ...(cure === undefined ? {} : { cure }),
  });
  return new DeliveryError(meaning(status, of, retryAfter(headers.get('retry-after'), Date.now())));
}

type Of = (reason: Reason, cure?: string) => Failure;

function meaning(status: number, of: Of, wait: number | undefined): Failure {
  switch (status) {
    case 429:
      return { ...of('limited'), ...(wait === undefined ? {} : { retryAfter: wait }) };
    case 400:
    case 413:
      return of('too_large', 'Look at the run history of the workflow, and whether it is turned on. Then replay.');
    case 401:
    case 403:
      return of('forbidden', 'Let Anyone trigger the workflow, and set its address as it is now. Then replay.');
    case 408:
    case 503:
      return of('unavailable');
    case 404:
    case 410:
      return of('misconfigured', 'The workflow is gone or off: make it anew, and set its address. Then replay.');
    default:
      return status >= 500
        ? of('unknown_outcome') // a gateway says so too where the workflow had begun
        : of('misconfigured', 'Set the address of a workflow that takes Teams webhook requests. Then replay.');
  }
}

/** No answer came: it may have been posted all the same, but where nothing was reached. */
export function noAnswer(cause: unknown): DeliveryError {
  const message = `Workflows did not answer: ${wordsOf(cause)}`;
  return new DeliveryError(unanswered('post', message, !isUnreached(cause)), { cause });
}

async function saidBy(response: Response): Promise<string> {
  try {
    const { code, message } = said.parse(JSON.parse((await response.text()).slice(0, MOST_READ))).error;
    return `: ${code} ${message}`.replaceAll(/\s+/g, ' ').trimEnd().slice(0, 200);
  } catch {
    return ''; // a page, or nothing: the status says enough
  }
}
