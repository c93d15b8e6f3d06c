import { z } from 'zod';
import type { Clock } from '../../domain/ports.ts';
import { failureOf } from './failure.ts';
import type { CallSlack } from './sdk.ts';

const GROUPS_FOR_MS = 60_000; // usergroups.list is for 20 calls a minute, and who was taken out of a group may not press for long
const NAMES_FOR_MS = 3_600_000;
const NAME_WITHIN_MS = 500; // a press is not kept waiting for how its person is called
const MOST_NAMES = 10_000;
const ANSWER_WITHIN_MS = 5_000;

const groupList = z.object({
  usergroups: z.array(z.object({ id: z.string(), users: z.array(z.string()).optional() })),
});
const userInfo = z.object({
  user: z.object({
    real_name: z.string().optional(),
    profile: z.object({ display_name: z.string().optional() }).optional(),
  }),
});

/** Who people are: the groups that they are in, and what they are called. */
export interface People {
  /** Throws DeliveryError where Slack does not say: whoever asks then refuses. */
  groupsOf(user: string): Promise<readonly string[]>;
  /** `known`: what the press itself says. */
  nameOf(user: string, known: string): Promise<string>;
}

export function createPeople({ call, clock }: { readonly call: CallSlack; readonly clock: Clock }): People {
  let groups: { readonly at: number; readonly members: Promise<ReadonlyMap<string, readonly string[]>> } | undefined;
  const names = new Map<string, { readonly at: number; readonly name: string }>();

  async function members(): Promise<ReadonlyMap<string, readonly string[]>> {
    const answer = await call('usergroups.list', { include_users: true }, AbortSignal.timeout(ANSWER_WITHIN_MS));
    const pairs = groupList
      .parse(answer)
      .usergroups.flatMap(({ id, users = [] }) => users.map((user) => ({ user, id })));
    return new Map([...Map.groupBy(pairs, ({ user }) => user)].map(([user, all]) => [user, all.map(({ id }) => id)]));
  }

  return {
    async groupsOf(user) {
      if (groups === undefined || clock.monotonic() - groups.at >= GROUPS_FOR_MS) {
        const asked = { at: clock.monotonic(), members: members() };
        groups = asked;
        asked.members.catch(() => {
          if (groups === asked) groups = undefined;
        });
      }
      try {
        return (await groups.members).get(user) ?? [];
      } catch (error) {
        throw failureOf('ask', error);
      }
    },

    async nameOf(user, known) {
      const kept = names.get(user);
      if (kept !== undefined && clock.monotonic() - kept.at < NAMES_FOR_MS) return kept.name;
      try {
        const answer = await call('users.info', { user }, AbortSignal.timeout(NAME_WITHIN_MS));
        const { real_name: real, profile } = userInfo.parse(answer).user;
        const name = profile?.display_name || real || known;
        if (names.size >= MOST_NAMES) names.clear();
        names.set(user, { at: clock.monotonic(), name });
        return name;
      } catch {
        return kept?.name ?? known; // a name is for display only
      }
    },
  };
}
