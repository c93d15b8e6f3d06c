import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidPayload } from '../../src/domain/errors.ts';
import type { Parsed, Source, WebhookRequest } from '../../src/domain/ports.ts';
import { anyCharacter } from '../support/any-character.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z'); // the clock of the fixtures
const SECRET = 'the newest secret';
const outside = { now: NOW, fetch: globalThis.fetch };
const bytes = () => fc.uint8Array({ maxLength: 300 });

export interface SourceExpectation {
  readonly credential: string; // the header that holds the signature or token
  readonly signsBody: boolean;
}

/** What every source must do. Its fixtures are in `test/fixtures/<name>`. */
export function sourceContract(source: Source, { credential, signsBody }: SourceExpectation): void {
  const verify = (request: WebhookRequest, secrets = [SECRET]) => source.verify(request, secrets, outside);
  const sample = (state: 'firing' | 'resolved') => source.sample(state, SECRET, NOW);

  describe(`${source.name} as a source`, () => {
    test('believes its own samples, and reads them as one incident that begins and ends', async () => {
      expect(await verify(sample('firing'))).toEqual({ ok: true, secret: 0 });
      expect(await verify(sample('resolved'))).toEqual({ ok: true, secret: 0 });
      const [begins, ends] = [
        eventsOf(source.parse(sample('firing'), NOW)),
        eventsOf(source.parse(sample('resolved'), NOW)),
      ];
      expect(begins).toMatchObject([{ kind: 'firing', at: NOW }]);
      expect(ends).toMatchObject([{ kind: 'resolved', key: begins[0]?.key }]);
    });

    test('keeps samples of two monitors apart', () => {
      const key = (monitor: string) =>
        eventsOf(source.parse(source.sample('firing', SECRET, NOW, { monitor }), NOW))[0]?.key;
      expect(key('Checkout')).not.toBe(key('Search'));
    });

    test('says which of several secrets matched, so that they can rotate', async () => {
      expect(await verify(sample('firing'), ['newer', SECRET])).toEqual({ ok: true, secret: 1 });
      expect(await verify(sample('firing'), ['newer', 'another'])).toEqual({ ok: false });
    });

    test('without a secret believes nobody', async () => {
      expect(await verify(sample('firing'), [])).toEqual({ ok: false });
      expect(await verify(source.sample('firing', '', NOW), [''])).toEqual({ ok: false });
    });

    test('believes no credential that is missing, twice, cut, lengthened or overlong', async () => {
      const { headers, ...rest } = sample('firing');
      const good = headers[credential] as string;
      for (const wrong of [undefined, '', `${good}, ${good}`, good.slice(0, -1), `${good}0`, 'x'.repeat(10_000)]) {
        expect(await verify({ ...rest, headers: { ...headers, [credential]: wrong } }), wrong).toEqual({ ok: false });
      }
    });

    test('any changed character of the credential fails', async () => {
      const { headers, ...rest } = sample('firing');
      const good = headers[credential] as string;
      for (let at = 0; at < good.length; at++) {
        const changed = `${good.slice(0, at)}${good[at] === '0' ? '1' : '0'}${good.slice(at + 1)}`;
        expect(await verify({ ...rest, headers: { ...headers, [credential]: changed } }), changed).toEqual({
          ok: false,
        });
      }
    });

    if (signsBody)
      test('any one-bit change of the body fails', async () => {
        const request = sample('firing');
        for (let bit = 0; bit < request.body.length * 8; bit++) {
          const body = Buffer.from(request.body);
          body[bit >> 3]! ^= 1 << (bit & 7);
          expect(await verify({ ...request, body })).toEqual({ ok: false });
        }
      });

    test('believes every body that it signed', async () => {
      await fc.assert(
        fc.asyncProperty(bytes(), async (body) => (await verify(source.sign(body, SECRET, NOW))).ok),
        { numRuns: 200 },
      );
    });

    test('arbitrary headers and bytes end in a verdict', async () => {
      await fc.assert(
        fc.asyncProperty(bytes(), fc.string({ unit: anyCharacter }), async (body, header) => {
          const verdict = await verify({
            method: 'POST',
            query: new URLSearchParams(),
            headers: { [credential]: header },
            body,
          });
          expect(verdict).toEqual({ ok: false });
        }),
        { numRuns: 200 },
      );
    });

    test('arbitrary bytes and JSON are parsed or are an invalid payload', () => {
      const json = fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text));
      fc.assert(
        fc.property(fc.oneof(bytes(), json, mutated(sample('firing').body)), (body) => {
          expect(() => parseOrInvalid(source, body)).not.toThrow();
        }),
        { numRuns: 500 },
      );
    });

    const expected: Readonly<Record<string, Expected>> = JSON.parse(fixture(source, 'expected.json').toString());
    test.each(Object.entries(expected))('fixture %s', async (name, { http, events }) => {
      const { request, secret } = fixtureRequest(source, name);
      const verdict = await source.verify(request, [secret], outside);
      expect(verdict.ok).toBe(http !== 'reject');
      if (http === 'reject') return;
      if (http === 'bad-request') {
        expect(() => source.parse(request, NOW)).toThrow(InvalidPayload);
        return;
      }
      const found = eventsOf(source.parse(request, NOW));
      expect(found.map(({ kind }) => kind)).toEqual(events.map(({ status }) => status));
      expect(found.map(({ severity }) => severity)).toEqual(events.map(({ severity }) => severity));
      for (const [at, { titleContains }] of events.entries()) expect(found[at]?.title).toContain(titleContains);
    });

    test('fixtures of one incident have one key, and of two have two', () => {
      const keys = new Map<string, Set<string>>();
      for (const [name, { events }] of Object.entries(expected)) {
        if (events.length === 0) continue;
        const found = eventsOf(source.parse(fixtureRequest(source, name).request, NOW));
        for (const [at, { group }] of events.entries())
          keys.set(group, (keys.get(group) ?? new Set()).add(found[at]!.key));
      }
      expect([...keys.values()].filter((found) => found.size !== 1)).toEqual([]);
      expect(new Set([...keys.values()].flatMap((found) => [...found])).size).toBe(keys.size);
    });
  });
}

interface Expected {
  readonly http: 'accept' | 'reject' | 'bad-request';
  readonly events: readonly { group: string; status: string; severity?: string; titleContains: string }[];
}

const fixture = (source: Source, file: string) =>
  readFileSync(join(import.meta.dirname, '..', 'fixtures', source.name, file));

function fixtureRequest(source: Source, name: string): { request: WebhookRequest; secret: string } {
  const told = JSON.parse(fixture(source, `${name}.headers.json`).toString());
  const body = fixture(source, told.bodyFile);
  return {
    request: { method: told.method, query: new URLSearchParams(), headers: told.headers, body },
    secret: told.auth.secret,
  };
}

function eventsOf(parsed: Parsed) {
  if (parsed.kind !== 'events') throw new Error(`No events: ${JSON.stringify(parsed)}`);
  return parsed.events;
}

function parseOrInvalid(source: Source, body: Uint8Array): void {
  try {
    source.parse({ method: 'POST', query: new URLSearchParams(), headers: {}, body }, NOW);
  } catch (error) {
    if (!(error instanceof InvalidPayload)) throw error;
  }
}

/** A good body in which one value is something else. */
function mutated(body: Uint8Array) {
  const values = [
    ...Buffer.from(body)
      .toString()
      .matchAll(/:("[^"]*"|\d+)/g),
  ];
  return fc.tuple(fc.nat(values.length - 1), fc.json({ maxDepth: 2 })).map(([at, json]) => {
    const { index } = values[at]!;
    const text = Buffer.from(body).toString();
    return Buffer.from(`${text.slice(0, index + 1)}${json}${text.slice(index + values[at]![0].length)}`);
  });
}
