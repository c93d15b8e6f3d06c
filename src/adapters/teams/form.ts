import { cut } from '../../domain/cut.ts';
import type { Button, FormField } from '../../domain/model.ts';
import { writtenField } from '../person-field.ts';
import type { Input, InputText, RichTextBlock, ShowCard } from './elements.ts';
import { executeAction, type Look } from './execute.ts';
import { lineOf } from './text.ts';

/** What a press must be told first, and its submit. It opens in the card, at no cost: nobody asks the bot for it. */
export function formCard({ about, confirm, asks = [] }: Button, press: string, look: Look): ShowCard['card'] {
  return {
    type: 'AdaptiveCard',
    body: [
      ...(about === undefined ? [] : [words(cut(about, MAX_ABOUT))]),
      ...(confirm === undefined ? [] : [words(confirm)]),
      ...asks.flatMap((field) => inputsFor(press, field)),
    ],
    actions: [executeAction(look, { press, confirmed: true }, 'auto')],
  };
}

/** Ids are unique in a card, where two runbooks may ask for the same. */
export const inputId = (press: string, name: string): string => inputsPrefix(press) + name;

/** How the name of an input ends whose value is the object id of a person. */
export const PICKED = '/picked';

/** What the ids of a press's inputs begin with. */
export const inputsPrefix = (press: string): string => `${press}/`;

/** The members of the conversation: nobody else sees the card by which they are told. */
const PEOPLE_HERE = 'graph.microsoft.com/users?scope=currentContext';
const MAX_ABOUT = 600; // characters; each button carries its own

const words = (text: string): RichTextBlock => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: lineOf(text) }],
});

function inputsFor(press: string, field: FormField): readonly Input[] {
  const { name, label, isPerson } = field;
  if (!isPerson) return [textInput(press, field)];
  const picker: Input = {
    type: 'Input.ChoiceSet',
    id: inputId(press, name + PICKED),
    label: lineOf(label),
    choices: [],
    'choices.data': { type: 'Data.Query', dataset: PEOPLE_HERE },
  };
  return [picker, textInput(press, writtenField(field))];
}

function textInput(press: string, { name, label, required, long, hint }: FormField): InputText {
  return {
    type: 'Input.Text',
    id: inputId(press, name),
    label: lineOf(label),
    ...(hint === undefined ? {} : { placeholder: lineOf(hint) }),
    ...(long ? { isMultiline: true } : {}),
    ...(required ? { isRequired: true, errorMessage: 'This is needed.' } : {}),
  };
}
