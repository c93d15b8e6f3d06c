import type { App, AppOptions, HttpRouteHandler, IPlugin } from '@microsoft/teams.apps';
import type { Log } from '../../domain/ports.ts';
import type { TeamsEnv } from './platform.ts';
import { globalService } from './services.ts';

/** Loaded where Teams is configured: it takes 300 ms and 50 MB. */
const loadTeams = () => import('@microsoft/teams.apps');

/** What signed activities are handed to. What `invoke` answers is shown to who pressed. */
export interface Handlers {
  heard(activity: unknown): Promise<void>; // every one, before the others
  invoke(activity: unknown): Promise<object>;
  message(activity: unknown): Promise<void>;
}

/** The SDK, without anything of its own: no server, no login, no environment, no retry. */
export interface Bot {
  /** Checks who signed the activity, and hands it to the handlers. */
  take(authorization: string, activity: unknown): Promise<{ readonly status: number; readonly body?: unknown }>;
  /** The conversations of one service, for one call. Rejects with the SDK's error: `failureOf` says what it means. */
  conversations(serviceUrl: string, token: string, deadline: AbortSignal): App['api']['conversations'];
}

/** `token`: what the SDK would send by itself; it is never asked to. */
export async function startBot(
  env: TeamsEnv,
  handlers: Handlers,
  token: () => Promise<string>,
  log: Log,
): Promise<Bot> {
  const { App } = await loadTeams();
  let handle: HttpRouteHandler | undefined;
  const app = new App({
    ...OWN_ENVIRONMENT,
    clientId: env.clientId,
    tenantId: env.tenantId,
    token,
    cloud: cloudOf(env),
    serviceUrl: globalService(env),
    logger: sdkLogger(log),
    httpServerAdapter: {
      registerRoute: (_method, _path, handler) => {
        handle = handler;
      },
    },
  });
  app.use(async ({ activity, next }) => {
    await handlers.heard(activity);
    return next();
  });
  app.on('card.action', async ({ activity }) => (await handlers.invoke(activity)) as never);
  app.on('message', async ({ activity }) => handlers.message(activity));
  await app.initialize();

  return {
    take: async (authorization, body) => (handle as HttpRouteHandler)({ body, headers: { authorization } }),
    conversations(serviceUrl, bearer, deadline) {
      const api = app.api.clone({ serviceUrl });
      const http = api.http.clone({ headers: { Authorization: `Bearer ${bearer}` } });
      // A redirect or a proxy of the environment would be given the token too.
      http.use({
        request: ({ config }) => Object.assign(config, { signal: deadline, maxRedirects: 0, proxy: false }),
      });
      api.http = http;
      return api.conversations;
    },
  };
}

type Options = AppOptions<IPlugin>;

/** What the SDK would read from CLIENT_SECRET, MANAGED_IDENTITY_CLIENT_ID, OAUTH_URL and DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS, where it is not told. */
const OWN_ENVIRONMENT: Options = {
  clientSecret: '',
  managedIdentityClientId: '',
  apiClientSettings: { oauthUrl: 'https://oauth.invalid' },
  dangerouslyAllowUnauthenticatedRequests: false,
  telemetry: { agent365: false },
};

/** `loginEndpoint`: whoever it begins the issuer of is believed by the SDK with the keys of any tenant. So it begins none. */
function cloudOf({ tokenIssuer, keysUrl }: TeamsEnv): NonNullable<Options['cloud']> {
  const nowhere = 'https://nowhere.invalid';
  return {
    loginEndpoint: nowhere,
    loginTenant: 'nowhere',
    botScope: `${tokenIssuer}/.default`,
    tokenServiceUrl: nowhere,
    openIdMetadataUrl: keysUrl, // the SDK reads the keys at once
    tokenIssuer,
    graphScope: `${nowhere}/.default`,
    agenticIdentityBotScope: `${nowhere}/.default`,
  };
}

/** The SDK's debug lines hold whole activities, and its errors whole requests: only words are told. */
function sdkLogger(log: Log): NonNullable<Options['logger']> {
  const told = (...said: readonly unknown[]) => {
    const words = said.flatMap((one) => (one instanceof Error ? [one.message] : typeof one === 'string' ? [one] : []));
    log.debug({ sdk: words.join(' ').slice(0, 300) }, 'teams');
  };
  const logger: NonNullable<Options['logger']> = {
    debug: () => {},
    trace: () => {},
    info: told,
    warn: told,
    error: told,
    log: (level, ...said) => (level === 'debug' || level === 'trace' ? undefined : told(...said)),
    child: () => logger,
  };
  return logger;
}
