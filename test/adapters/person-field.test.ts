import { describe, expect, test, vi } from 'vitest';
import { inputOf, merged, namesIn, writtenField } from '../../src/adapters/person-field.ts';
import type { FormField } from '../../src/domain/model.ts';

const person: FormField = { name: 'person', label: 'Person', required: true, isPerson: true, hint: 'anna' };
const written = writtenField(person).name;

describe('a person who is asked for', () => {
  test.each([
    ['is who was picked', { person: 'slack:U1' }, { person: 'slack:U1' }],
    ['is who was written', { [written]: 'anna' }, { person: 'anna' }],
    ['is who was written where both are given', { [written]: 'anna', person: 'slack:U1' }, { person: 'anna' }],
    ['is who was picked where nothing is written', { [written]: ' ', person: 'slack:U1' }, { person: 'slack:U1' }],
    ['is nobody', { [written]: '' }, {}],
  ])('%s', (_, inputs, given) => {
    expect(merged({ ...inputs, reason: 'drill' })).toEqual({ ...given, reason: 'drill' });
  });

  test.each([
    ['', 'person'],
    [' ', 'person'],
    ['nobody', written],
  ])('who is nobody is told so where they were given: %j', (text, input) => {
    expect(inputOf('person', { person: 'slack:U1', [written]: text })).toBe(input);
  });

  test('may be written with what the field says of it', () => {
    expect(writtenField(person)).toMatchObject({ required: false, hint: 'anna' });
  });

  test.each([
    ['slack:U1', { 'slack:U1': 'Real U1' }],
    [' slack:U1 ', { 'slack:U1': 'Real U1' }],
    ['slack:S1', {}], // a group
    ['discord:1', {}],
    ['anna', {}],
  ])('%j is called %j on Slack', async (text, names) => {
    expect(await namesIn({ person: text }, 'slack', async (id) => `Real ${id}`)).toEqual(names);
  });

  test('nobody is asked for what nobody is called', async () => {
    const nameOf = vi.fn(async () => undefined);
    expect(await namesIn({ text: 'down since nine' }, 'slack', nameOf)).toEqual({});
    expect(nameOf).not.toHaveBeenCalled();
    expect(await namesIn({ person: 'slack:U1' }, 'slack', nameOf)).toEqual({});
  });
});
