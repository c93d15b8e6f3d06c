import type { App, SocketModeReceiver } from '@slack/bolt';
import type { Clock, Log } from '../../domain/ports.ts';
import { within } from '../within.ts';
import { type Bolt, sdkLogger } from './sdk.ts';

/** Slack closes each connection now and then; with two of them one is always open. It sends each press to one. */
const CONNECTIONS = 2;
const OPEN_WITHIN_MS = 15_000;
const AGAIN_FIRST_MS = 250;
const AGAIN_LONGEST_MS = 30_000;

export interface SocketOptions {
  readonly bolt: Bolt;
  readonly appToken: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly stopping: AbortSignal;
}
export interface Sockets {
  readonly receivers: readonly SocketModeReceiver[];
  readonly isOpen: boolean;
  readonly reason: string | undefined;
  /** Opens them, and opens again what was closed, until it is stopped. */
  keep(app: App): void;
}

/**
 * Socket Mode. Connections are opened again here, not by the SDK: it waits five seconds before that, and where it gives up its
 * rejection is nobody's. https://docs.slack.dev/apis/events-api/using-socket-mode
 */
export function createSockets({ bolt, appToken, apiUrl, clock, log, stopping }: SocketOptions): Sockets {
  const open = new Set<SocketModeReceiver>();
  let reason: string | undefined = 'connecting';
  const receivers = Array.from(
    { length: CONNECTIONS },
    () =>
      new bolt.SocketModeReceiver({
        appToken,
        logger: sdkLogger(log),
        autoReconnectEnabled: false,
        // An object of its own for each: the SDK writes into it.
        installerOptions: { clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 } } },
      }),
  );

  async function hold(receiver: SocketModeReceiver): Promise<void> {
    for (let failures = 0; !stopping.aborted; ) {
      const closed = Promise.withResolvers<void>();
      const close = () => closed.resolve();
      receiver.client.on('disconnected', close);
      try {
        await within(OPEN_WITHIN_MS, receiver.client.start());
        open.add(receiver);
        reason = undefined;
        failures = 0;
        log.debug('a connection to Slack is open');
        await closed.promise;
      } catch (error) {
        failures++;
        const why = `Slack opens no connection: ${error instanceof Error ? error.message : 'it was closed'}`;
        if (open.size === 0 && why !== reason) log.error({ reason: why }, 'Slack cannot send presses');
        if (open.size === 0) reason = why;
        receiver.client.disconnect().catch(() => {}); // what was half open
      } finally {
        open.delete(receiver);
        receiver.client.off('disconnected', close);
      }
      if (failures > 0) {
        const wait = Math.min(AGAIN_FIRST_MS * 2 ** failures, AGAIN_LONGEST_MS);
        await clock.wait(wait, stopping).catch(() => {});
      }
    }
  }

  return {
    receivers,
    get isOpen() {
      return open.size > 0;
    },
    get reason() {
      return open.size > 0 ? undefined : (reason ?? 'connecting again');
    },
    keep(app) {
      for (const receiver of receivers) {
        receiver.init(app);
        void hold(receiver);
      }
      stopping.addEventListener('abort', () => {
        for (const receiver of receivers) receiver.client.disconnect().catch(() => {});
      });
    },
  };
}
