import type { Interaction, MessageComponentInteraction, ModalMessageModalSubmitInteraction } from 'discord.js';
import type { Texts } from '../../domain/model.ts';
import type { Host, Press, Reply } from '../../domain/ports.ts';
import { pressId, readPressId } from '../../domain/press-id.ts';
import { merged } from '../person-field.ts';
import { createPressing, UNKNOWN_BUTTON } from '../pressing.ts';
import { actorOf, nameOf } from './actor.ts';
import type { DiscordMessage } from './message.ts';
import { modalOf, USER_SELECT } from './modal.ts';
import { question, refusal, whisper } from './whisper.ts';

type Pressed = MessageComponentInteraction | ModalMessageModalSubmitInteraction;

export const FIRST_ANSWER_MS = 2_000; // Discord shows an error where none came within 3 s
const YES = 'yes.'; // before the id of a press that was asked about
const NO = 'no';

/** Buttons, menus, modals and questions: each becomes a press, and its answer goes to who pressed. */
export function createPresses(host: Host): { take(interaction: Interaction): Promise<void> } {
  const { clock, log } = host;
  const { replyTo, orLate } = createPressing(host);

  async function take(interaction: Interaction): Promise<void> {
    try {
      if (interaction.isMessageComponent()) await component(interaction);
      else if (interaction.isModalSubmit() && interaction.isFromMessage()) await modal(interaction);
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'an answer to a press was not sent');
    }
  }

  async function component(interaction: MessageComponentInteraction): Promise<void> {
    const id = interaction.isStringSelectMenu() ? (interaction.values[0] ?? '') : interaction.customId;
    if (id === NO) return void (await interaction.update(shownAs(whisper('Nothing was done.'))));
    if (!id.startsWith(YES)) return answer(interaction, pressOf(interaction, id, interaction.message.id));

    // The question is a message of its own: the card is the one that it was asked on.
    const card =
      interaction.message.interactionMetadata?.interactedMessageId ?? interaction.message.reference?.messageId;
    const press = pressOf(interaction, id.slice(YES.length), card ?? '');
    const coming =
      'refused' in press ? Promise.resolve(unknown(press.refused)) : replyTo({ ...press, confirmed: true });
    const reply = await orLate(coming, FIRST_ANSWER_MS);
    if (reply === undefined) await interaction.deferUpdate();
    const told = shownAs(inWords(reply ?? (await coming)));
    await (reply === undefined ? interaction.editReply(told as never) : interaction.update(told));
  }

  async function modal(interaction: ModalMessageModalSubmitInteraction): Promise<void> {
    const press = pressOf(interaction, interaction.customId, interaction.message.id);
    const inputs = inputsOf(interaction);
    const filled = Object.keys(inputs).length === 0 ? {} : { inputs, names: namesIn(interaction) };
    return answer(interaction, 'refused' in press ? press : { ...press, confirmed: true, ...filled });
  }

  async function answer(interaction: Pressed, press: Press | { readonly refused: string }): Promise<void> {
    const coming = 'refused' in press ? Promise.resolve(unknown(press.refused)) : replyTo(press);
    const reply = await orLate(coming, FIRST_ANSWER_MS);
    if (reply === undefined) {
      await interaction.deferUpdate();
      const late = await coming;
      if (late.kind !== 'done' && late.kind !== 'started') await interaction.followUp(shownAs(inWords(late)));
      return;
    }
    switch (reply.kind) {
      case 'done':
      case 'started':
        return void (await interaction.deferUpdate()); // the lane edits the card in a moment
      case 'told':
      case 'refused':
        return void (await interaction.reply(shownAs(inWords(reply))));
      case 'ask': {
        const { form } = reply;
        const id = 'refused' in press ? '' : (pressId(press.incident, press) ?? '');
        if (interaction.isModalSubmit()) return void (await interaction.reply(shownAs(inWords(reply))));
        if (form.fields.length > 0) return interaction.showModal(modalOf(form, id)).then(() => {});
        return void (await interaction.reply(shownAs(question(form, `${YES}${id}`, NO))));
      }
      default:
        return reply satisfies never;
    }
  }

  function inWords(reply: Reply): DiscordMessage {
    switch (reply.kind) {
      case 'done':
      case 'started':
      case 'told':
        return whisper(reply.text);
      case 'refused':
        return refusal(reply, clock.now());
      case 'ask':
        return refusal({ text: 'Something is missing. Press the button again.' }, clock.now());
      default:
        return reply satisfies never;
    }
  }

  function pressOf(interaction: Pressed, id: string, message: string): Press | { readonly refused: string } {
    const known = readPressId(id);
    const actor = actorOf(interaction);
    const { channelId: channel } = interaction;
    if (known === undefined || actor === undefined || channel === null) return { refused: UNKNOWN_BUTTON };
    return { id: interaction.id, actor, ...known, from: { channel, message } };
  }

  return { take };
}

const unknown = (text: string): Reply => ({ kind: 'refused', code: 'not_found', text });

/** What was filled in, by the fields' names; a field that was left empty is not there. */
function inputsOf({ fields }: ModalMessageModalSubmitInteraction): Texts {
  return merged(
    Object.fromEntries(
      [...fields.fields.values()].flatMap((field) => {
        if ('value' in field && typeof field.value === 'string')
          return field.value === '' ? [] : [[field.customId, field.value]];
        const [picked] = field.type === USER_SELECT && 'values' in field ? field.values : [];
        return picked === undefined ? [] : [[field.customId, `discord:${picked}`]];
      }),
    ),
  );
}

/** What those who were picked are called in this server. */
function namesIn({ fields }: ModalMessageModalSubmitInteraction): Texts {
  const { members, users } = fields.resolved ?? {};
  return Object.fromEntries(
    [...(users?.values() ?? [])].map((user) => [`discord:${user.id}`, nameOf(members?.get(user.id), user)]),
  );
}

/** As the SDK is given it: who is mentioned is named by another word there. */
export function shownAs({ content, embeds, components, flags }: DiscordMessage) {
  return {
    content,
    embeds: embeds as never,
    components: components as never,
    flags: flags as never,
    allowedMentions: { parse: [] },
  };
}
