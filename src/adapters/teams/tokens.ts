import { z } from 'zod';
import { DeliveryError, type Failure } from '../../domain/errors.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import { orAborted } from '../or-aborted.ts';
import { retryAfter } from '../retry-after.ts';
import { isUnreached, wordsOf } from '../unanswered.ts';
import type { TeamsEnv } from './platform.ts';

const ANSWER_WITHIN_MS = 10_000;
const RENEW_EARLY_MS = 5 * 60_000;
const LONGEST_KEPT_MS = 86_400_000;
const FRESH_MS = 60_000;
const AGAIN_FIRST_MS = 1_000;
const AGAIN_LONGEST_MS = 30_000;

/** The bot's token, kept valid: asked for at once, and anew five minutes before it ends. */
export interface Tokens {
  /** Why there is none; undefined: there is one. */
  readonly reason: string | undefined;
  /** Throws DeliveryError. */
  get(deadline: AbortSignal): Promise<string>;
  /** It was not taken. Answers whether another one may be: not where it was new. */
  refused(token: string): boolean;
}

interface Held {
  readonly token: string;
  readonly since: number;
  readonly until: number;
}

export function keepTokens(
  env: TeamsEnv,
  { clock, log, stopping }: { readonly clock: Clock; readonly log: Log; readonly stopping: AbortSignal },
): Tokens {
  let held: Held | undefined;
  let asking: Promise<Held> | undefined; // one for all who wait
  let reason: string | undefined = 'connecting';
  let waking = new AbortController();

  const valid = () => (held !== undefined && clock.monotonic() < held.until ? held : undefined);

  function renewed(): Promise<Held> {
    asking ??= (async () => {
      try {
        const { token, forMs } = await askToken(env, AbortSignal.timeout(ANSWER_WITHIN_MS));
        const since = clock.monotonic();
        held = { token, since, until: since + forMs };
        reason = undefined;
        return held;
      } finally {
        asking = undefined;
      }
    })();
    return asking;
  }

  async function keep(): Promise<void> {
    for (let failures = 0; !stopping.aborted; ) {
      waking = new AbortController();
      let wait: number;
      try {
        const { since, until } = await renewed();
        failures = 0;
        wait = Math.max(until - since - RENEW_EARLY_MS, (until - since) / 2);
      } catch (error) {
        const { message, cure } = (error as DeliveryError).failure;
        const why = cure === undefined ? message : `${message}. ${cure}`;
        if (valid() === undefined) {
          if (why !== reason) log.error({ reason: why }, 'Teams is not connected'); // once for each reason
          reason = why;
        }
        wait = Math.min(AGAIN_FIRST_MS * 2 ** failures++, AGAIN_LONGEST_MS);
      }
      await clock.wait(wait, AbortSignal.any([stopping, waking.signal])).catch(() => {});
    }
  }

  void keep();
  return {
    get reason() {
      return reason;
    },
    async get(deadline) {
      try {
        return (valid() ?? (await orAborted(renewed(), deadline))).token;
      } catch (error) {
        throw error instanceof DeliveryError ? error : new DeliveryError(LATE);
      }
    },
    refused(token) {
      if (held?.token !== token) return true;
      const isFresh = clock.monotonic() - held.since < FRESH_MS;
      held = undefined;
      reason = 'Teams did not take the token';
      if (!isFresh) waking.abort();
      return !isFresh;
    },
  };
}

const LATE: Failure = { reason: 'unavailable', scope: 'account', message: 'Entra gave no token in time' };

const granted = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });
const denied = z.object({ error: z.string(), error_description: z.string().catch('') });

/** https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow. Throws DeliveryError. */
export async function askToken(
  { clientId, clientSecret, tenantId, loginUrl, tokenIssuer }: TeamsEnv,
  deadline: AbortSignal,
): Promise<{ readonly token: string; readonly forMs: number }> {
  try {
    const answer = await fetch(`${loginUrl}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: `${tokenIssuer}/.default`, // in each cloud its issuer is the audience of what is sent back
      }),
      redirect: 'error',
      signal: deadline,
    });
    if (!answer.ok) throw new DeliveryError(refusal(answer, await answer.json().catch(() => undefined)));
    const { access_token: token, expires_in: seconds } = granted.parse(await answer.json());
    return { token, forMs: Math.min(seconds * 1_000, LONGEST_KEPT_MS) };
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    const message = isUnreached(error)
      ? `${new URL(loginUrl).host} is not reached: ${wordsOf(error)}`
      : `${new URL(loginUrl).host} gives no token: ${error instanceof z.ZodError ? 'its answer holds none' : wordsOf(error)}`;
    throw new DeliveryError({ reason: 'unavailable', scope: 'account', message });
  }
}

/** By the numbers of https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes. What else it says may quote what was sent. */
function refusal({ status, headers }: Response, body: unknown): Failure {
  const { error = '', error_description: words = '' } = denied.safeParse(body).data ?? {};
  const [code] = /AADSTS\d+/.exec(words) ?? [];
  const message = ['Entra said', status, error, ...(code === undefined ? [] : [code])].join(' ').slice(0, 200);
  if (status === 429 || status >= 500) {
    const wait = retryAfter(headers.get('retry-after'), Date.now());
    const after = wait === undefined ? {} : { retryAfter: wait };
    return { reason: status === 429 ? 'limited' : 'unavailable', scope: 'account', message, ...after };
  }
  return { reason: 'misconfigured', scope: 'account', message, cure: CURES[code ?? ''] ?? OTHER_CURE };
}

const CURES: Readonly<Record<string, string>> = {
  AADSTS7000215: 'Set TEAMS_CLIENT_SECRET to the value of a client secret of the app, not to its id.',
  AADSTS7000222: 'The client secret is over: make a new one, and set TEAMS_CLIENT_SECRET.',
  AADSTS700016: 'The tenant TEAMS_TENANT_ID has no app TEAMS_CLIENT_ID: check both.',
  AADSTS90002: 'There is no tenant TEAMS_TENANT_ID: set it to the directory (tenant) id of the app.',
};
const OTHER_CURE = 'Check TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID.';
