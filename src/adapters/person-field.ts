import type { FormField, Texts } from '../domain/model.ts';
import { parsePrincipal, principalText } from '../domain/principal.ts';

/** A person who is asked for is picked, or written where they have no account on the platform: two inputs for one field. */
export function writtenField({ name, hint }: FormField): FormField {
  const field = { name: name + WRITTEN, label: 'Or somebody elsewhere, by name or id', required: false };
  return hint === undefined ? field : { ...field, hint };
}

/** Both as the one that was asked for. What was written holds: not every picker can be emptied again. */
export function merged(inputs: Texts): Texts {
  const written = Object.entries(inputs).filter(([name, text]) => name.endsWith(WRITTEN) && text.trim() !== '');
  return Object.fromEntries([
    ...Object.entries(inputs).filter(([name]) => !name.endsWith(WRITTEN)),
    ...written.map(([name, text]) => [name.slice(0, -WRITTEN.length), text] as const),
  ]);
}

/** The input by which a field's value was given. */
export function inputOf(field: string, inputs: Texts): string {
  const written = field + WRITTEN;
  return (inputs[written] ?? '').trim() === '' ? field : written;
}

/** What the platform calls whom the inputs name, by principal. A form asks for one person at the most. */
export async function namesIn(
  inputs: Texts,
  platform: string,
  nameOf: (id: string) => Promise<string | undefined>,
): Promise<Texts> {
  const person = Object.values(inputs)
    .map((text) => parsePrincipal(text.trim()))
    .find((principal) => principal?.platform === platform && principal.kind === 'person');
  const name = person && (await nameOf(person.id));
  return person === undefined || name === undefined ? {} : { [principalText(person)]: name };
}

const WRITTEN = '/written'; // no runbook's input is called so
