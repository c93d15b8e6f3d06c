import { describe, expect, test } from 'vitest';
import { readCard } from '../../src/templates/cards.ts';

const faultsOf = (text: string) => readCard('templates/cards/x.md', text).faults;

describe('a platform’s own syntax in a card', () => {
  test.each([
    ['<!channel>', /mention:/],
    ['<!here>', /mention:/],
    ['<!subteam^S0123|@oncall>', /mention:/],
    ['<@U0123ABCD>', /mention:/],
    ['<#C0123ABCD>', /mention:/],
    ['<https://wiki.example|Wiki>', /Markdown link/],
    ['<!date^1392734382^{date}|then>', /time/],
    ['<@&165511591545143296>', /mention:/],
    ['<@80351110224678912>', /mention:/],
    ['<t:1618953630:R>', /time/],
    ['@everyone', /mention:/],
    ['@here', /mention:/],
    ['<at>Bob</at>', /mention:/],
  ])('%s is a fault with its place and cure, in the body and in the front matter', (syntax, cure) => {
    expect(faultsOf(`---\n---\nFirst line.\nLook: ${syntax}\n`)).toEqual([
      expect.objectContaining({
        place: 'templates/cards/x.md:4:7',
        message: expect.stringContaining(`"${syntax}"`),
        cure: expect.stringMatching(cure),
        excerpt: expect.stringContaining(`Look: ${syntax}\n      ^`),
      }),
    ]);
    expect(faultsOf(`---\nfacts: { Who: '${syntax}' }\n---\n`)).toMatchObject([{ place: 'templates/cards/x.md:2:16' }]);
  });

  test.each([
    'mail ops@everyone.example or @hereford',
    '`<!channel>` is how Slack writes it',
    '<https://wiki.example>',
    '[words](https://wiki.example)',
    '{{ incident.title }} at {{ incident.openedAt | time: "clock" }}',
    'a < b, c > d, #42, <3',
  ])('is not seen in: %s', (body) => {
    expect(faultsOf(`---\n---\n${body}\n`)).toEqual([]);
  });
});

test('all faults of a card are found at once, whatever comes first', () => {
  const card = [
    '---',
    'title: "{{ incident.titel }} <!channel>"',
    'facts:',
    '  Who: "{{ labels.x | upcas }}"',
    'colour: red',
    'buttons: acknowledge',
    '---',
    '{{ incident.foo }}',
  ].join('\n');
  expect(faultsOf(card).map(({ place }) => place.slice('templates/cards/x.md:'.length))).toEqual(
    expect.arrayContaining(['5:1', '6:10', '2:12', '2:30', '4:23', '8:4']),
  );
});
