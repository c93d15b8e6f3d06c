import { DeliveryError, type Failure } from '../../domain/errors.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import { type Account, askAccount, missingScopes } from './identify.ts';
import type { CallSlack } from './sdk.ts';

const ANSWER_WITHIN_MS = 10_000;
const AGAIN_FIRST_MS = 1_000;
const AGAIN_LONGEST_MS = 30_000;

/** The bridge's standing with Slack, asked for again and again until Slack answers, and anew when a call was refused for it. */
export interface Standing {
  readonly account: Account | undefined;
  readonly reason: string | undefined; // why there is no account
  /** Resolves with each account that Slack gives us. */
  known(): Promise<Account>;
  /** A call was refused for the account's sake. */
  refused(failure: Failure): void;
}

export function keepStanding(
  call: CallSlack,
  { clock, log, stopping }: { readonly clock: Clock; readonly log: Log; readonly stopping: AbortSignal },
): Standing {
  let account: Account | undefined;
  let reason: string | undefined = 'connecting';
  let known = Promise.withResolvers<Account>();
  let lost = Promise.withResolvers<void>();

  async function keep(): Promise<void> {
    for (let failures = 0; !stopping.aborted; ) {
      try {
        account = await askAccount(call, AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_WITHIN_MS)]));
        reason = undefined;
        failures = 0;
        log.info({ team: account.teamName, bot: account.name }, 'Slack knows the bot');
        for (const fault of missingScopes(account.scopes)) log.warn(fault, 'Slack');
        known.resolve(account);
        await lost.promise;
        lost = Promise.withResolvers();
        known = Promise.withResolvers();
      } catch (error) {
        if (stopping.aborted) return;
        tell(error instanceof DeliveryError ? error.failure : { message: (error as Error).message });
      }
      const wait = Math.min(AGAIN_FIRST_MS * 2 ** failures++, AGAIN_LONGEST_MS);
      await clock.wait(wait, stopping).catch(() => {});
    }
  }

  function tell({ message, cure }: Pick<Failure, 'message' | 'cure'>): void {
    account = undefined;
    const now = cure === undefined ? message : `${message}. ${cure}`;
    if (now !== reason) log.error({ reason: now }, 'Slack is not connected'); // once for each reason
    reason = now;
  }

  stopping.addEventListener('abort', () => lost.resolve(), { once: true });
  void keep();
  return {
    get account() {
      return account;
    },
    get reason() {
      return reason;
    },
    known: () => known.promise,
    refused(failure) {
      if (account === undefined) return;
      tell(failure);
      lost.resolve();
    },
  };
}
