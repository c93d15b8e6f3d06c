import type { InputBlock, KnownBlock, ModalView, PlainTextInput, SectionBlock, UsersSelect } from '@slack/types';
import { cut } from '../../domain/cut.ts';
import type { Form, FormField, Texts } from '../../domain/model.ts';
import { visible } from '../../domain/visible.ts';
import { writtenField } from '../person-field.ts';
import { plain } from './text.ts';

/** https://docs.slack.dev/reference/views/modal-views and https://docs.slack.dev/reference/block-kit/blocks/input-block */
const LIMITS = { title: 24, button: 24, text: 3_000, label: 2_000, hint: 2_000, value: 3_000 } as const;

/** The modals that ask before a press is done. */
export const ASK = 'ask';
const VALUE = 'value'; // the action_id of each field; its block_id is the field's name

/** What must be asked first: what it will do, the question, the fields. `metadata` comes back with the answer. */
export function modalOf({ title, about, confirm, fields, submit }: Form, metadata: string): ModalView {
  return {
    ...frame(title),
    callback_id: ASK,
    private_metadata: metadata,
    submit: plain(cut(submit.label, LIMITS.button)),
    blocks: [...[about, confirm].flatMap((text) => sectionOf(text)), ...fields.flatMap(inputsFor)],
  };
}

/** In place of a modal that was answered: why nothing was done. */
export function refusedModal(title: string, text: string): ModalView {
  return { ...frame(title), blocks: [...sectionOf(text)] };
}

/** What was filled in, by the inputs' names; one that was left empty is not there. */
export function valuesOf(values: Readonly<Record<string, Readonly<Record<string, Filled>>>>): Texts {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, field]) => {
      const { value, selected_user: user } = field[VALUE] ?? {};
      const text = user ? `slack:${user}` : value;
      return text === undefined || text === null ? [] : [[name, text]];
    }),
  );
}

interface Filled {
  readonly value?: string | null | undefined;
  readonly selected_user?: string | null | undefined;
}

function frame(title: string): Pick<ModalView, 'type' | 'title' | 'close'> {
  return {
    type: 'modal',
    title: plain(cut(title.trim() === '' ? 'Tocsin' : title, LIMITS.title)),
    close: plain('Close'),
  };
}

function sectionOf(text: string | undefined): readonly SectionBlock[] {
  const shown = cut(visible(text ?? ''), LIMITS.text);
  return shown.trim() === '' ? [] : [{ type: 'section', text: plain(shown) }];
}

function inputsFor(field: FormField): readonly (KnownBlock & InputBlock)[] {
  const { isPerson, hint: _, ...rest } = field;
  if (!isPerson) return [inputOf(field, textInput(field))];
  const written = writtenField(field);
  return [inputOf({ ...rest, required: false }, PEOPLE), inputOf(written, textInput(written))];
}

function inputOf({ name, label, required, hint }: FormField, element: InputBlock['element']): KnownBlock & InputBlock {
  return {
    type: 'input',
    block_id: name,
    optional: !required,
    label: plain(cut(label, LIMITS.label)),
    ...(hint === undefined ? {} : { hint: plain(cut(hint, LIMITS.hint)) }),
    element,
  };
}

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#users_select */
const PEOPLE: UsersSelect = { type: 'users_select', action_id: VALUE };

const textInput = ({ long }: FormField): PlainTextInput => ({
  type: 'plain_text_input',
  action_id: VALUE,
  multiline: long === true,
  max_length: LIMITS.value,
});
