import type { Identity } from '../../domain/ports.ts';
import type { TeamsEnv } from './platform.ts';
import { askToken } from './tokens.ts';

/** Whether Entra knows the bot. Teams itself tells nothing of it, nor where it was installed. Throws DeliveryError. */
export async function identify(env: TeamsEnv, deadline: AbortSignal): Promise<Identity> {
  await askToken(env, deadline);
  return { who: `${env.clientId} in the tenant ${env.tenantId}`, faults: [] };
}
