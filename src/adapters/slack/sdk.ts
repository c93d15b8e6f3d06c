import type { webApi } from '@slack/bolt';
import type { Log } from '../../domain/ports.ts';
import type { SlackEnv } from './platform.ts';

/** Loaded where Slack is configured: it takes 200 ms and 40 MB. */
export const loadBolt = () => import('@slack/bolt');
export type Bolt = Awaited<ReturnType<typeof loadBolt>>;

/** One call of Slack's Web API. Rejects with the SDK's error: `failureOf` says what it means. */
export type CallSlack = (
  method: string,
  parameters: Readonly<Record<string, unknown>>,
  deadline: AbortSignal,
) => Promise<webApi.WebAPICallResult>;

/**
 * Calls that never retry and never wait: the lanes do. A client is made for each call, since it takes its deadline with `fetch`,
 * and since the SDK's own queue stops all channels for one that is limited.
 */
export function callingSlack({ botToken, apiUrl }: Pick<SlackEnv, 'botToken' | 'apiUrl'>, log?: Log): CallSlack {
  const logger = sdkLogger(log);
  return async (method, parameters, deadline) => {
    const { webApi } = await loadBolt();
    const client = new webApi.WebClient(botToken, {
      slackApiUrl: apiUrl,
      allowAbsoluteUrls: false,
      logger,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      fetch: (url, init) => fetch(url, { ...init, signal: deadline }),
    });
    return client.apiCall(method, { ...parameters });
  };
}

/** The SDK's debug lines hold whole requests: they are not even made. Its errors are told by who called. */
export function sdkLogger(log?: Log): webApi.Logger {
  const told = (...words: readonly unknown[]) =>
    log?.debug({ sdk: words.map(String).join(' ').slice(0, 300) }, 'slack');
  return {
    debug: () => {},
    info: told,
    warn: told,
    error: told,
    setLevel: () => {},
    getLevel: () => 'info' as webApi.LogLevel,
    setName: () => {},
  };
}
