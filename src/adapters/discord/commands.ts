import type { ChatInputCommandInteraction } from 'discord.js';
import { type OpenList, saying } from '../../domain/model.ts';
import type { Host } from '../../domain/ports.ts';
import { ABOUT, createAsking, OPEN, TOCSIN } from '../asking.ts';
import { createPressing } from '../pressing.ts';
import { actorOf } from './actor.ts';
import { openMessage } from './open-message.ts';
import { FIRST_ANSWER_MS, shownAs } from './presses.ts';
import { EPHEMERAL } from './whisper.ts';

/** As Discord is told of it. In servers alone, and for those alone that let the bot in: https://docs.discord.com/developers/interactions/application-commands#application-command-object */
export const COMMAND = {
  type: 1, // CHAT_INPUT
  name: TOCSIN,
  description: 'Monitoring alerts',
  options: [{ type: 1, name: OPEN, description: ABOUT }], // SUB_COMMAND
  contexts: [0], // GUILD
  integration_types: [0], // GUILD_INSTALL
};

/** `/tocsin open`: answered to who asked alone. */
export function createCommands(host: Host): { take(interaction: ChatInputCommandInteraction): Promise<void> } {
  const { clock, log } = host;
  const ask = createAsking(host);
  const { orLate } = createPressing(host);

  async function take(interaction: ChatInputCommandInteraction): Promise<void> {
    if (interaction.commandName !== TOCSIN) return; // the application may have others, which another program answers
    try {
      const coming = listFor(interaction);
      const list = await orLate(coming, FIRST_ANSWER_MS);
      if (list === undefined) await interaction.deferReply({ flags: EPHEMERAL });
      const { flags, ...told } = shownAs(openMessage(list ?? (await coming)));
      await (list === undefined ? interaction.editReply(told) : interaction.reply({ ...told, flags }));
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'an answer to a command was not sent');
    }
  }

  /** A bot may be let into a server by anybody who knows its id: the server must be one that cards go to. */
  async function listFor(interaction: ChatInputCommandInteraction): Promise<OpenList> {
    const actor = actorOf(interaction);
    if (actor === undefined || !interaction.inCachedGuild())
      return saying('This is answered in a server that the bot is in.', clock.now());
    return ask({ actor, channels: [...interaction.guild.channels.cache.keys()] });
  }

  return { take };
}
