import type { Actor } from '../../domain/model.ts';
import type { Account } from './identify.ts';
import type { People } from './people.ts';

/** Who it was, as Slack signed it. */
export interface Signed {
  readonly team: string; // where they are signed in
  readonly id: string;
  readonly name: string;
  readonly homeTeam?: string | undefined; // theirs, where Slack says it
}

/** Who is signed in to another workspace and sees the channel (Slack Connect) is nobody that the admin could have meant. */
export async function actorOf(
  { team, id, name, homeTeam = team }: Signed,
  { account, people }: { readonly account: Account | undefined; readonly people: People },
): Promise<Actor | { readonly refused: string }> {
  if (team !== account?.team || homeTeam !== team)
    return { refused: 'You are of another Slack workspace than this bridge.' };
  return { platform: 'slack', tenant: team, id, name: await people.nameOf(id, name) };
}
