import type { Actor } from '../../domain/model.ts';

/** Who it was, as the activity says that Microsoft signed. */
export interface From {
  readonly aadObjectId: string;
  readonly name: string;
  readonly tenantId?: string | undefined;
}

/** Who comes from another organisation into a shared channel is nobody that the admin could have meant. */
export function actorOf(
  { aadObjectId: id, name, tenantId }: From,
  tenant: string,
): Actor | { readonly refused: string } {
  if ((tenantId ?? tenant) !== tenant) return { refused: 'You are of another organisation than this bridge.' };
  return { platform: 'teams', tenant, id, name: name || id };
}
