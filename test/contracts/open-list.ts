import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OpenList } from '../../src/domain/model.ts';
import { CONSOLE, idOf, openListOf } from '../support/open-list.ts';
import type { Seen } from '../support/seen.ts';
import { LONG } from '../support/worst.ts';
import { CORPUS, hostile } from '../templates/hostile.ts';

/** How a platform shows what is open. */
export interface OpenListUnderTest {
  draw(list: OpenList): object;
  faults(json: unknown): readonly string[];
  seen(json: unknown): Seen;
  readonly styled: readonly string[]; // beside times and the marks of a list
}

/** What every chat platform must keep to. */
export function openListContract(platform: string, { draw, faults, seen, styled }: OpenListUnderTest): void {
  describe(`what is open, on ${platform}`, () => {
    test.each(Object.entries(LONG))('fits with twenty titles of %s, and the rest is counted', (_name, text) => {
      const json = draw(openListOf(Array(20).fill(text), { more: 1_000 }));
      expect(faults(json)).toEqual([]);
      const { text: told, links } = seen(json);
      const shown = links.length - 1;
      expect(shown).toBeGreaterThanOrEqual(7);
      expect(told).toContain(`and ${(1_020 - shown).toLocaleString('en')} more, in the console`);
    });

    test('mentions, formats and links nothing for what a monitor or a person is called', () => {
      const check = (text: string) => {
        const json = draw(openListOf([text]));
        expect(faults(json)).toEqual([]);
        const { links, pings, styled: found } = seen(json);
        expect({ links, pings }).toEqual({ links: [`${CONSOLE}/incidents/${idOf(0)}`], pings: [] });
        expect(found.filter(({ style }) => !/^(time:|list)/.test(style)).map((one) => one.text)).toEqual(styled);
      };
      for (const text of CORPUS) check(text);
      fc.assert(fc.property(hostile, check), { numRuns: 300 });
    });
  });
}
