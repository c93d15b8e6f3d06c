import type { FormField } from '../domain/model.ts';
import type { Action, Decision } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { invalidInput } from './refusals.ts';
import { decisionOf } from './step.ts';

const MAX_CHARACTERS = 4_000;
const FIELDS: readonly FormField[] = [{ name: 'text', label: 'Note', required: true, long: true }];

export const note: Action = {
  name: 'note',
  offers: () => ({ menu: [{ action: 'note', label: 'Add a note', asks: FIELDS }] }),
  form: (_scene, press) =>
    press.inputs?.text === undefined
      ? {
          title: 'Add a note',
          fields: FIELDS,
          submit: { action: 'note', label: 'Add', style: 'primary' },
        }
      : undefined,
  decide({ incident }, press, at): Decision {
    const unknown = Object.keys(press.inputs ?? {}).find((name) => name !== 'text');
    if (unknown !== undefined) return invalidInput(`A note has no input ${unknown}.`, `inputs.${unknown}`);
    const text = (press.inputs?.text ?? '').trim();
    if (text === '') return invalidInput('A note needs a text.', 'inputs.text');
    if (text.length > MAX_CHARACTERS) {
      return invalidInput(`A note has at most ${MAX_CHARACTERS.toLocaleString('en')} characters.`, 'inputs.text');
    }
    return decisionOf(incidents.note(incident, press.actor, text, at.now), 'Your note is in the timeline.');
  },
};
