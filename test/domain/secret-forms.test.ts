import { describe, expect, test } from 'vitest';
import { secretForms } from '../../src/domain/secret-forms.ts';

const SECRET = 'p"ss w\\rd/(1)';
const texts = (...secrets: readonly string[]) => secretForms(secrets).map(({ text }) => text);
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['as it is', SECRET, false],
  ['in base64', base64(SECRET), true],
  ['in hex', Buffer.from(SECRET).toString('hex'), true],
  ['in hex in upper case', Buffer.from(SECRET).toString('hex').toUpperCase(), true],
])('a secret may stand %s', (_how, text, encoded) => {
  expect(secretForms([SECRET])).toContainEqual({ text, short: false, encoded });
});

test.each(['', 'a', 'ab', 'abc', 'user:'])('in base64 behind "%s" and before anything it is found', (before) => {
  const forms = texts(SECRET);
  for (const after of ['', '\n', '!!', '!!!']) {
    const found = forms.filter((form) => base64(before + SECRET + after).includes(form));
    // but for the characters that it shares
    expect(Math.max(...found.map(({ length }) => length)), after).toBeGreaterThan((SECRET.length * 4) / 3 - 3);
  }
});

test('in base64 of addresses, too', () => {
  const secret = '\u00fe\u00ff\u00fe\u00ff??>>~~';
  expect(texts(secret)).toEqual(
    expect.arrayContaining([base64(secret), Buffer.from(secret).toString('base64url')]) as string[],
  );
});

test('each form comes once', () => {
  const forms = texts('token-1', 'token-1', 'token-1-and-more');
  expect(forms).toEqual([...new Set(forms)]);
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

test('few bytes in hex are a number like any other, and no secret', () => {
  expect(texts('abc')).not.toContain('616263');
});

describe('under 8 characters a form is short', () => {
  test.each([
    ['1234567', true],
    ['12345678', false],
  ])('%s: %s', (secret, short) => {
    expect(secretForms([secret])).toContainEqual({ text: secret, short, encoded: false });
  });
});
