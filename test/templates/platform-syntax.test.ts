import { describe, expect, test } from 'vitest';
import { platformSyntax } from '../../src/templates/platform-syntax.ts';

const look = (source: string) => platformSyntax(source, { file: 'x.md', text: source, line: 1, column: 1 });

describe('what only one platform reads is a fault with its cure', () => {
  test.each([
    ['<!channel>', /everybody/],
    ['<!here|here>', /everybody/],
    ['<!everyone>', /everybody/],
    ['@everyone', /everybody/],
    ['@here', /everybody/],
    ['<!subteam^S1>', /mention: \["slack:S1"\]/],
    ['<!subteam^S1|@sre>', /mention: \["slack:S1"\]/],
    ['<@U1>', /mention: \["slack:U1"\]/],
    ['<@W1|maya>', /mention: \["slack:W1"\]/],
    ['<@{{ labels.oncall }}>', /mention: \["slack:U012"\]/],
    ['<@1>', /mention: \["discord:1"\]/],
    ['<@!1>', /mention: \["discord:1"\]/],
    ['<@&1>', /mention: \["discord:role:1"\]/],
    ['<@&{{ labels.role }}>', /mention: \["discord:role:9"\]/],
    ['<at>Maya</at>', /mention: \["teams:</],
    ['<at id="0">Maya</at>', /mention: \["teams:</],
    ['<#C1>', /Markdown link/],
    ['<#C1|ops>', /Markdown link/],
    ['<#12>', /Markdown link/],
    ['<https://x.example|y>', 'Write a Markdown link: [y](https://x.example).'],
    ['<mailto:a@x.example|y>', 'Write a Markdown link: [y](mailto:a@x.example).'],
    ['<https://x.example/{{ labels.id }}|see {{ labels.id }}>', /\[see \{\{ labels.id \}\}\]\(https:.*\}\}\)/],
    ['<{{ incident.url | default: "https://x.example" }}|y>', /\[y\]\(\{\{ incident.url \| default: .* \}\}\)/],
    ['<t:1:R>', /\| time: "relative"/],
    ['<t:1>', /\| time: "relative"/],
    ['<t:{{ incident.openedAt }}:R>', /\| time: "relative"/],
    ['<!date^1^{date}|then>', /\| time: "relative"/],
    ['{{DATE(2026-11-24T12:00:00Z, SHORT)}}', /\| time: "relative"/],
    ['{{ TIME( opened ) }}', /\| time: "relative"/],
    ['<:fire:1>', /🔥/],
    ['<a:fire:1>', /🔥/],
  ])('%s', (written, cure) => {
    const { faults, rest } = look(`one\n and ${written} there`);
    expect(faults).toEqual([
      {
        place: 'x.md:2:6',
        message: expect.stringContaining(`"${written}" would be shown as it stands.`),
        cure: typeof cure === 'string' ? cure : expect.stringMatching(cure),
        excerpt: ` and ${written} there\n     ^`,
      },
    ]);
    expect(rest).toBe(`one\n and ${' '.repeat(written.length)} there`);
  });

  test('in the text for a missing value too, since that is shown', () => {
    expect(look('{{ labels.team | default: "<!here>" }}').faults.map(({ place }) => place)).toEqual(['x.md:1:28']);
  });
});

describe('left alone is', () => {
  test.each([
    ['an address', '<https://x.example> and ops@here.example, maya@everyone'],
    ['an emoji of everybody', ':fire: 🔥'],
    ['a Markdown link', '[y](https://x.example/@here/|)'],
    ['a value in brackets', '<{{ incident.title }}> {{ labels["<@U1>"] }}'],
    ['a word after a sign', '@hereabouts, @everyone-else, #channel, @maya'],
    ['what is escaped', '\\<@U1> \\@here'],
    ['code', '`<@U1>` ``@here``\n```\n<!channel>\n```\n~~~\n@everyone'],
    ['a comment', '{% comment %}<@U1>{% endcomment %}{% # @here %}'],
    ['what is compared', '{% if incident.text contains "@here" %}x{% endif %}'],
    ['what is cut out', '{{ incident.text | remove: "<!channel>" | replace: "@here", "all" }}'],
  ])('%s', (_, source) => {
    expect(look(source)).toEqual({ faults: [], rest: source });
  });
});
