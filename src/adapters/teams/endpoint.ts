import type { Clock, Endpoint, Log } from '../../domain/ports.ts';
import { turnedAway } from './guard.ts';
import { createKeys } from './keys.ts';
import type { TeamsEnv } from './platform.ts';
import type { Bot } from './sdk.ts';

const MESSAGES = '/api/messages';
const LATER = { status: 503, headers: { 'retry-after': '5' } };

/** Where Teams sends activities: first our guard, then the SDK's check of who signed them, then the handlers. */
export function messagesEndpoint(
  env: TeamsEnv,
  { starting, clock, log }: { readonly starting: Promise<Bot>; readonly clock: Clock; readonly log: Log },
): Endpoint {
  const keys = createKeys(env, clock);
  return {
    method: 'POST',
    path: MESSAGES,
    async handle({ headers, body }) {
      const turned = await turnedAway(headers, () => parsed(body), env, keys);
      if (turned !== undefined) {
        log.warn({ status: turned.status, why: turned.why }, 'an activity was turned away');
        return turned.status === 503 ? LATER : { status: turned.status };
      }
      const bot = await starting.catch(() => undefined);
      if (bot === undefined) return LATER;
      const answer = await bot.take(headers.authorization ?? '', parsed(body));
      if (answer.status === 401) return { status: 401 }; // what is wrong with a token is told to nobody
      if (answer.body === undefined) return { status: answer.status };
      return {
        status: answer.status,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(answer.body),
      };
    },
  };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}
