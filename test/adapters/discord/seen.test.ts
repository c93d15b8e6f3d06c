import { describe, expect, test } from 'vitest';
import { seen, seenText } from './seen.ts';

const message = (content: string, allowed: object = {}) => ({
  content,
  embeds: [],
  components: [],
  allowed_mentions: { parse: [], users: [], roles: [], ...allowed },
});

describe('the reader that the tests judge with finds what was not escaped', () => {
  test.each([
    ['**x**', 'bold', 'x'],
    ['*x*', 'italic', 'x'],
    ['_x_', 'italic', 'x'],
    ['__x__', 'underline', 'x'],
    ['~~x~~', 'strikethrough', 'x'],
    ['||x||', 'spoiler', 'x'],
    ['`x`', 'code', 'x'],
    ['```\nx\n```', 'code block', 'x'],
    ['> x', 'quote', 'x'],
    ['# x', 'heading', 'x'],
    ['-# x', 'subtext', 'x'],
    ['a\n- x', 'list', '- '],
    ['1. x', 'list', '1. '],
    [':fire:', 'emoji', ':fire:'],
    ['<@80351110224678912>', 'mention', '@80351110224678912'],
    ['@everyone', 'everyone', ''],
    ['<t:1700000000:R>', 'time:R', '2023-11-14T22:13:20.000Z'],
  ])('%s', (markdown, style, text) => {
    expect(seenText(markdown).styled).toEqual([{ style, text }]);
  });

  test.each([
    ['https://a.example', 'https://a.example'],
    ['<https://a.example>', 'https://a.example'],
    ['[x](https://a.example)', 'https://a.example'],
    ['[x](<https://a.example>)', 'https://a.example'],
  ])('the link %s', (markdown, url) => {
    expect(seenText(markdown).links).toEqual([url]);
  });

  test('no link where its label holds an address, and the backslashes of a label', () => {
    expect(seenText('[https\\://a.example](https://b.example)').text).toBe('https\\://a.example');
    expect(seenText('[see https://a.example](https://b.example)').links).not.toContain('https://b.example');
  });

  test('an invitation, though it is no link', () => {
    expect(seen(message('join discord.gg/abc')).links).toEqual(['discord.gg/abc']);
  });

  test('only those pings that the message allows', () => {
    expect(seen(message('<@1> <@&2> @everyone')).pings).toEqual([]);
    expect(seen(message('\\<@1> <@&2> @here', { users: ['1'] })).pings).toEqual(['discord:1']);
    expect(seen(message('<@1> <@&2> @here', { parse: ['everyone', 'roles'] })).pings).toEqual([
      'discord:role:2',
      '@here',
    ]);
  });
});
