import type { Client, Interaction } from 'discord.js';
import type { Clock, Log } from '../../domain/ports.ts';
import { within } from '../within.ts';
import type { DiscordEnv } from './platform.ts';
import { newClient } from './sdk.ts';

const LOGIN_WITHIN_MS = 60_000;
const AGAIN_FIRST_MS = 1_000;
const AGAIN_LONGEST_MS = 30_000;

export interface Gateway {
  /** Why presses do not come now; undefined: they do. */
  readonly reason: string | undefined;
}

export interface GatewayOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly stopping: AbortSignal;
  readonly loggedIn: (application: string) => void; // each time
  readonly take: (one: Interaction) => void;
}

/** Logs in, and again after whatever ended it for good: the SDK resumes what was cut, and gives up a login at once. */
export function keepGateway(env: DiscordEnv, { clock, log, stopping, loggedIn, take }: GatewayOptions): Gateway {
  let client: Client | undefined;
  let reason: string | undefined = 'connecting';

  async function keep(): Promise<void> {
    for (let failures = 0; !stopping.aborted; ) {
      // A new one each time: one that gave up does not always come to life again.
      const known = await newClient(env);
      const ended = Promise.withResolvers<void>();
      const end = () => ended.resolve();
      known.on('interactionCreate', take).on('invalidated', end).on('shardDisconnect', end);
      known.once('clientReady', ({ application }) => loggedIn(application.id));
      known.on('error', (error) => log.warn({ error: error.message }, 'Discord'));
      stopping.addEventListener('abort', end, { once: true });
      try {
        await within(LOGIN_WITHIN_MS, known.login(env.token));
        client = known;
        reason = undefined;
        failures = 0;
        log.info({ bot: known.user?.tag }, 'Discord knows the bot');
        await ended.promise;
        reason = 'Discord closed the connection';
      } catch (error) {
        const why = reasonOf(error as Error);
        if (!stopping.aborted && why !== reason) log.error({ reason: why }, 'Discord is not connected'); // once for each reason
        reason = why;
      } finally {
        stopping.removeEventListener('abort', end);
        await known.destroy().catch(() => {});
      }
      if (stopping.aborted) return;
      const wait = Math.min(AGAIN_FIRST_MS * 2 ** failures++, AGAIN_LONGEST_MS);
      await clock.wait(wait, stopping).catch(() => {});
    }
  }

  keep().catch((err: unknown) => log.error({ err }, 'Discord cannot be connected to'));
  return {
    get reason() {
      return reason ?? (client?.isReady() && client.ws.status === READY ? undefined : 'connecting again');
    },
  };
}

const READY = 0; // https://discord.js.org/docs/packages/discord.js/14.28.1/Status:Enum

function reasonOf({ message, ...error }: Error & { readonly code?: string }): string {
  const cure = /token|authentication/i.test(`${error.code} ${message}`)
    ? '. Reset the token in the Developer Portal, and set DISCORD_BOT_TOKEN.'
    : '';
  return `Discord lets the bot not in: ${message}${cure}`.slice(0, 300);
}
