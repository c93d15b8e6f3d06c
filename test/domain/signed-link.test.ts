import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLink, signLink } from '../../src/domain/signed-link.ts';

const KEY = 'a key of the tests';
const NOW = Date.UTC(2026, 10, 24, 12);
const link = { incident: '01k0000000000000', destination: 'teams-webhook:ops', until: NOW + 60_000 };
const token = signLink(KEY, link, { action: 'snooze', argument: '1h' }) as string;

test('a link says which press it is, of which incident, shown where, and until when', () => {
  expect(readLink(KEY, token, NOW)).toEqual({
    kind: 'valid',
    link: { ...link, action: 'snooze', argument: '1h', id: expect.stringMatching(/^[\w-]{43}$/) },
  });
});

test('a link is short enough for an address, and needs no encoding there', () => {
  const longest = signLink(KEY, link, { action: 'unacknowledge', argument: 'x'.repeat(62) }) as string;
  expect(longest).toMatch(/^[\w.-]+$/);
  expect(longest.length).toBeLessThan(250);
});

test('a link ends at its time', () => {
  expect(readLink(KEY, token, link.until - 1).kind).toBe('valid');
  expect(readLink(KEY, token, link.until)).toEqual({ kind: 'expired' });
});

test('what another key signed is no link', () => {
  expect(readLink('another key', token, NOW)).toEqual({ kind: 'forged' });
});

test('a link of which any character was changed, added or left out is none', () => {
  const at = fc.nat(token.length - 1);
  const changes = fc.oneof(
    fc
      .tuple(at, fc.string({ maxLength: 3 }))
      .map(([index, put]) => token.slice(0, index) + put + token.slice(index + 1)),
    fc.tuple(at, fc.string({ minLength: 1 })).map(([index, put]) => token.slice(0, index) + put + token.slice(index)),
    at.map((length) => token.slice(0, length)),
    fc.string(),
  );
  fc.assert(
    fc.property(changes, (changed) => {
      fc.pre(changed !== token);
      expect(readLink(KEY, changed, NOW)).toEqual({ kind: 'forged' });
    }),
    { numRuns: 2_000 },
  );
});

test('each link is a press of its own, the same one each time it is read', () => {
  const idOf = (given: string) => {
    const read = readLink(KEY, given, NOW);
    return read.kind === 'valid' ? read.link.id : read.kind;
  };
  const later = signLink(KEY, { ...link, until: link.until + 1 }, { action: 'snooze', argument: '1h' }) as string;
  expect(idOf(token)).toBe(idOf(token));
  expect(idOf(later)).not.toBe(idOf(token));
});

test('a button whose argument cannot be written gets no link', () => {
  expect(signLink(KEY, link, { action: 'run', argument: 'not allowed' })).toBeUndefined();
});
