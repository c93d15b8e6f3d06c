import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Keys } from './keys.ts';
import type { TeamsEnv } from './platform.ts';
import { isService } from './services.ts';

/** Why an activity is not even shown to the SDK. */
export interface Turned {
  readonly status: 400 | 401 | 403 | 503;
  readonly why: string; // for the log: who sent it is told the status alone
}

/**
 * What the SDK does not look at. It believes a token of any Entra tenant for our client id, with no binding to where answers go:
 * so only the Bot Framework's issuer is let through to it, only our tenant, only hosts that may have the bot's token, and only keys that are
 * for Teams. The signature, the audience, the time and the token's own service address are the SDK's to check, after this.
 * https://github.com/microsoft/teams.ts/issues/629
 */
export async function turnedAway(
  { authorization }: IncomingHttpHeaders,
  activity: () => unknown, // read only where the token may be Teams'
  env: Pick<TeamsEnv, 'tenantId' | 'tokenIssuer' | 'serviceHosts' | 'loginUrl'>,
  keys: Keys,
): Promise<Turned | undefined> {
  const [, header, payload] = /^Bearer ([\w-]+)\.([\w-]+)\.[\w-]*$/.exec(authorization ?? '') ?? [];
  const signed = algorithm.safeParse(decoded(header));
  const claims = issued.safeParse(decoded(payload));
  if (!signed.success || !claims.success) return { status: 401, why: 'no token, or one that nobody signed' };
  if (claims.data.iss !== env.tokenIssuer) return { status: 401, why: 'the token is of another issuer' };

  const read = envelope.safeParse(activity());
  if (!read.success) return { status: 400, why: 'no activity' };
  const { channelId, serviceUrl, conversation, channelData } = read.data;
  const tenants = [channelData?.tenant?.id, conversation?.tenantId].filter((id) => id !== undefined);
  if (tenants.length === 0 || tenants.some((id) => id !== env.tenantId))
    return { status: 403, why: 'the activity is of another tenant' };
  if (channelId !== 'msteams') return { status: 403, why: 'the activity is of another channel than Teams' };
  if (!isService(serviceUrl, env)) return { status: 403, why: 'its service address is none of TEAMS_SERVICE_HOSTS' };
  const isKnown = await keys.have(signed.data.kid).catch(() => undefined);
  if (isKnown === undefined) return { status: 503, why: 'TEAMS_OPENID_KEYS_URL does not tell the keys' };
  return isKnown ? undefined : { status: 401, why: 'the token is signed by a key that is not for Teams' };
}

const algorithm = z.object({ alg: z.literal('RS256'), kid: z.string() });
const issued = z.object({ iss: z.string() });
const envelope = z.object({
  type: z.string(),
  channelId: z.string().optional(),
  serviceUrl: z.string(),
  conversation: z.object({ tenantId: z.string().optional() }).optional(),
  channelData: z.object({ tenant: z.object({ id: z.string() }).optional() }).optional(),
});

function decoded(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
  } catch {
    return undefined;
  }
}
