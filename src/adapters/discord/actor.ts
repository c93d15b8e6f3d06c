import type { BaseInteraction } from 'discord.js';
import type { Actor } from '../../domain/model.ts';

/** Who it was, with their roles, as Discord says it; undefined outside of a server. */
export function actorOf(interaction: BaseInteraction): Actor | undefined {
  if (!interaction.inGuild()) return undefined;
  const { member, user, guildId } = interaction;
  const groups = interaction.inCachedGuild() ? [...interaction.member.roles.cache.keys()] : (member.roles as string[]);
  const name = ('displayName' in member ? member.displayName : member.nick) ?? user.displayName;
  return { platform: 'discord', tenant: guildId, id: user.id, name, groups };
}
