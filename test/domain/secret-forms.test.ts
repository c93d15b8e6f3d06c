import { describe, expect, test } from 'vitest';
import { secretForms } from '../../src/domain/secret-forms.ts';

const SECRET = 'p"ss w\\rd/(1)';
const texts = (...secrets: readonly string[]) => secretForms(secrets).map(({ text }) => text);
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['as it is', SECRET],
  ['within JSON', 'p\\"ss w\\\\rd/(1)'],
  ['in an address', 'p%22ss%20w%5Crd%2F(1)'],
  ['in an address as curl writes it', 'p%22ss%20w%5Crd%2F%281%29'],
  ['in base64', base64(SECRET)],
])('a secret may stand %s', (_how, form) => {
  expect(texts(SECRET)).toContain(form);
});

test.each(['', 'a', 'ab', 'abc', 'user:'])('in base64 behind "%s" and before anything it is found', (before) => {
  const forms = texts(SECRET);
  for (const after of ['', '\n', '!!', '!!!']) {
    const found = forms.find((form) => base64(before + SECRET + after).includes(form));
    expect(found, after).toBeDefined();
    expect(found?.length).toBeGreaterThan((SECRET.length * 4) / 3 - 3); // but for the characters that it shares
  }
});

test('the longest form comes first, each once', () => {
  const forms = texts('token-1', 'token-1', 'token-1-and-more');
  expect(forms).toEqual([...new Set(forms)].sort((a, b) => b.length - a.length));
});

test('each long line of a secret of several lines is one too', () => {
  const forms = texts('-----BEGIN KEY-----\r\n  first-line\n}\nsecond-line\n');
  expect(forms).toEqual(expect.arrayContaining(['-----BEGIN KEY-----', 'first-line', 'second-line']));
  expect(forms).not.toContain('}');
});

test('what a file adds at the end is no part of a secret', () => {
  expect(texts('deploy-token\n')).toContain('deploy-token');
});

test.each(['', ' ', '\n'])('nothing but space is no secret', (nothing) => {
  expect(texts(nothing)).toEqual([]);
});

describe('under 8 characters a form is short', () => {
  test.each([
    ['1234567', true],
    ['12345678', false],
  ])('%s: %s', (secret, short) => {
    expect(secretForms([secret])).toContainEqual({ text: secret, short });
  });
});
