import { describe, expect, test } from 'vitest';
import type { Actor, Principal } from '../../src/domain/model.ts';
import { isOneOf, parsePrincipal, principalText } from '../../src/domain/principal.ts';

const principal = (text: string) => parsePrincipal(text) as Principal;
const actor = (platform: string, id: string): Actor => ({ platform, id, name: 'Maya' });

test.each([
  ['*', 'anyone'],
  ['console', 'person'],
  ['slack:U01AB', 'person'],
  ['slack:W01AB', 'person'],
  ['slack:S01AB', 'group'],
  ['discord:1122', 'person'],
  ['discord:role:99', 'group'],
  ['teams:0f8fad5b-d9cb-469f-a165-70867728950e', 'person'],
  ['person:anna', 'person'],
])('%s is read (%s) and written again', (text, kind) => {
  expect(principal(text).kind).toBe(kind);
  expect(principalText(principal(text))).toBe(text);
});

test.each([
  '',
  'anna',
  ':U1',
  'slack:',
  'slack:bob',
  'slack:u1',
  'slack:C012',
  'discord:role:',
  'discord:@x',
  'teams:a b',
  'link',
  'link:x',
  'person:',
  'console:x',
  'slack:U1 ',
])('%j is nobody', (text) => {
  expect(parsePrincipal(text)).toBeUndefined();
});

test('names and object ids are read in any case', () => {
  expect(principal('person:Anna')).toEqual(principal('person:anna'));
  expect(principal('teams:0F8FAD5B')).toEqual(principal('teams:0f8fad5b'));
});

describe('who is meant', () => {
  const people = new Map([
    ['anna', [principal('slack:U1'), principal('discord:9')]],
    ['eve', [principal('person:anna')]],
  ]);

  test.each([
    ['*', actor('link', 'x'), [], true],
    ['console', actor('console', 'any'), [], true],
    ['console', actor('link', 'console'), [], false],
    ['slack:U1', actor('slack', 'U1'), [], true],
    ['slack:U1', actor('slack', 'U2'), [], false],
    ['slack:U1', actor('discord', 'U1'), [], false],
    ['slack:S1', actor('slack', 'U1'), ['S1'], true],
    ['slack:S1', actor('slack', 'S1'), [], false],
    ['slack:U1', actor('slack', 'U2'), ['U1'], false],
    ['discord:role:9', actor('discord', '9'), [], false],
    ['discord:role:9', actor('discord', '1'), ['9'], true],
    ['person:anna', actor('discord', '9'), [], true],
    ['person:anna', actor('slack', '9'), [], false],
    ['person:nobody', actor('slack', 'U1'), [], false],
    ['person:eve', actor('slack', 'U1'), [], false],
  ])('%s and %o in %o: %s', (text, who, groups, expected) => {
    expect(isOneOf(who, groups, [principal(text)], people)).toBe(expected);
  });

  test('one of several is enough, none is nobody', () => {
    expect(isOneOf(actor('slack', 'U1'), [], [principal('console'), principal('slack:U1')], people)).toBe(true);
    expect(isOneOf(actor('console', 'x'), [], [], people)).toBe(false);
  });
});
