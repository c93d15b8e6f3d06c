import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import { cut } from '../../domain/cut.ts';
import type { Form, FormField } from '../../domain/model.ts';
import { visible } from '../../domain/visible.ts';
import { writtenField } from '../person-field.ts';
import { escaped, shown } from './text.ts';

type Modal = APIModalInteractionResponseCallbackData;

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal */
const LIMITS = { title: 45, label: 45, description: 100, text: 2_000, value: 4_000, components: 5 } as const;

// https://docs.discord.com/developers/components/reference#component-object-component-types
const TEXT_INPUT = 4;
export const USER_SELECT = 5;
const TEXT = 10;
const LABEL = 18;
const SHORT = 1;
const LONG = 2;

/** What must be asked first. `id` comes back with the answer. A modal has five places at the most: fields come before words. */
export function modalOf({ title, about, confirm, fields }: Form, id: string): Modal {
  const asked = fields.flatMap(inputsFor).slice(0, LIMITS.components);
  const words = [about, confirm].filter((text) => text !== undefined && text.trim() !== '').join('\n\n');
  const hasRoom = words !== '' && asked.length < LIMITS.components;
  return {
    custom_id: id,
    title: shown(cut(visible(title), LIMITS.title)),
    components: [...(hasRoom ? [textOf(words)] : []), ...asked],
  } as Modal;
}

const textOf = (text: string) => ({ type: TEXT, content: escaped(cut(text, LIMITS.text / 2)) });

function inputsFor(field: FormField) {
  const { isPerson, hint: _, ...rest } = field;
  if (!isPerson) return [inputOf(field, textInput(field))];
  const written = writtenField(field);
  return [
    inputOf(rest, { type: USER_SELECT, custom_id: field.name, required: false }),
    inputOf(written, textInput(written)),
  ];
}

function inputOf({ label, hint }: FormField, component: object) {
  return {
    type: LABEL,
    label: shown(cut(visible(label), LIMITS.label)),
    ...(hint === undefined ? {} : { description: shown(cut(visible(hint), LIMITS.description)) }),
    component,
  };
}

const textInput = ({ name, long, required }: FormField) => ({
  type: TEXT_INPUT,
  custom_id: name,
  style: long ? LONG : SHORT,
  required,
  max_length: LIMITS.value,
});
