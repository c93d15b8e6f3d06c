import type { APIGuildMember, BaseInteraction, GuildMember, User } from 'discord.js';
import type { Actor } from '../../domain/model.ts';

/** Who it was, with their roles, as Discord says it; undefined outside of a server. */
export function actorOf(interaction: BaseInteraction): Actor | undefined {
  if (!interaction.inGuild()) return undefined;
  const { member, user, guildId } = interaction;
  const groups = interaction.inCachedGuild() ? [...interaction.member.roles.cache.keys()] : (member.roles as string[]);
  return { platform: 'discord', tenant: guildId, id: user.id, name: nameOf(member, user), groups };
}

/** As this server calls them, else as they call themselves. */
export function nameOf(member: Named | null | undefined, user: User): string {
  return (member && ('displayName' in member ? member.displayName : member.nick)) ?? user.displayName;
}

type Named = Pick<GuildMember, 'displayName'> | Pick<APIGuildMember, 'nick'>;
