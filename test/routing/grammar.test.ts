import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/domain/errors.ts';
import { type Matcher, parseDestination, parseMatchers, parseRoute, type Route } from '../../src/routing/grammar.ts';
import { anyCharacter } from '../support/any-character.ts';
import { printRoute } from './print.ts';

function routeOf(text: string): Route {
  const parsed = parseRoute('ROUTE_DB', text);
  if ('faults' in parsed) throw new Error(parsed.faults.map((fault) => `${fault.place} ${fault.message}`).join('; '));
  return parsed.route;
}

function faultsOf(text: string, variable = 'ROUTE_DB'): readonly Fault[] {
  const parsed = parseRoute(variable, text);
  return 'faults' in parsed ? parsed.faults : [];
}

const bare = ({ name, operator, value }: Matcher) => ({ name, operator, value });

describe('what a route may say', () => {
  test('everything at once', () => {
    const { matchers, destinations, options, stop } = routeOf(
      'monitor=~"db-.*", severity=critical -> slack:db-oncall, discord:1122334455667788; template=database; remind=10m; escalate=15m slack:managers, console; group=team+monitor; mention=slack:S012+discord:role:9; stop',
    );
    expect(matchers.map(bare)).toEqual([
      { name: 'monitor', operator: '=~', value: 'db-.*' },
      { name: 'severity', operator: '=', value: 'critical' },
    ]);
    expect(destinations).toEqual(['slack:db-oncall', 'discord:1122334455667788']);
    expect(options).toEqual({
      template: 'database',
      remind: 600_000,
      escalate: { after: 900_000, destinations: ['slack:managers', 'console'] },
      group: ['team', 'monitor'],
      mention: [
        { platform: 'slack', kind: 'group', id: 'S012' },
        { platform: 'discord', kind: 'group', id: '9' },
      ],
    });
    expect(stop).toBe(true);
  });

  test.each([
    ['destinations alone', 'slack:alerts', [], ['slack:alerts']],
    ['an arrow without matchers', '-> console', [], ['console']],
    ['a channel with #', 'slack:#alerts', [], ['slack:#alerts']],
    ['a Teams conversation', 'teams:19:abc@thread.tacv2', [], ['teams:19:abc@thread.tacv2']],
    ['no spaces', 'a=b,c!=d->slack:x,console', ['labels.a=b', 'labels.c!=d'], ['slack:x', 'console']],
    [
      'spaces everywhere',
      '  a  =  b  ,  c  !=  d  ->  slack:x  ,  console  ',
      ['labels.a=b', 'labels.c!=d'],
      ['slack:x', 'console'],
    ],
    ['lines', 'a=b,\n  c=d\n-> console', ['labels.a=b', 'labels.c=d'], ['console']],
    ['labels by either name', 'team=a, labels.team=b -> console', ['labels.team=a', 'labels.team=b'], ['console']],
    ['a label named like a field', 'labels.severity=page -> console', ['labels.severity=page'], ['console']],
    ['names with dashes and slashes', 'k8s.io/app-name=x -> console', ['labels.k8s.io/app-name=x'], ['console']],
    ['a bare word with = and -', 'url=https://x-y/?a=b->console', ['url=https://x-y/?a=b'], ['console']],
    ['an arrow in quotes', 'title="a -> b; c" -> console', ['title=a -> b; c'], ['console']],
    ['an empty value', 'team="" -> console', ['labels.team='], ['console']],
    ['escapes', 'title="say \\"hi\\" \\\\ \\d" -> console', ['title=say "hi" \\ \\d'], ['console']],
  ] as const)('%s', (_, text, matchers, destinations) => {
    const route = routeOf(text);
    expect(route.matchers.map(({ name, operator, value }) => `${name}${operator}${value}`)).toEqual(matchers);
    expect(route.destinations).toEqual(destinations);
  });

  test('without options it shows the incident template, mentions nobody and lets later routes be read', () => {
    expect(routeOf('console')).toMatchObject({ options: { template: 'incident', mention: [] }, stop: false });
  });
});

describe('what is wrong is said with its column', () => {
  test.each([
    ['', 1, 'a destination is missing'],
    ['a=b ->', 7, 'a destination is missing'],
    ['slack:a,', 9, 'a destination is missing'],
    ['slack', 1, 'slack needs a channel'],
    ['slack:', 1, 'slack needs a channel'],
    ['console:a', 1, 'the console has no channels'],
    ['alerts', 1, '"alerts" names no platform'],
    ['slakc:alerts', 1, '"slakc" is no platform'],
    ['slack:a, slack:a', 10, 'slack:a is named twice'],
    ['slack:a slack:b', 9, '"slack:b" is not understood here'],
    ['severity=critical slack:a', 1, 'no "->" leads to destinations'],
    ['=b -> console', 1, 'a matcher is missing'],
    ['a=b,, c=d -> console', 5, 'a matcher is missing'],
    ['a -> console', 3, '"a" is compared with nothing'],
    ['a==b -> console', 2, '"==" is no operator'],
    ['a= -> console', 4, 'a value is missing'],
    ['a=b c -> console', 5, 'the matcher goes on after its value'],
    ['a="b -> console', 3, 'the quoted value is not closed'],
    ['labels.=b -> console', 1, 'the label has no name'],
    ['severity=crit -> console', 10, 'severity is never "crit"'],
    ['status!=open -> console', 9, 'status is never "open"'],
    ['a=~"(" -> console', 4, 'the pattern cannot be read: missing closing ): `(`'],
    ['a=~"(a)\\1" -> console', 4, 'the pattern cannot be read: invalid escape sequence: `\\1`'],
    ['a=~"(?=b)" -> console', 4, 'the pattern cannot be read: invalid or unsupported Perl syntax: `(?=`'],
    ['console;', 9, 'an option is missing'],
    ['console; templte=x', 10, '"templte" is no option'],
    ['console; stop; stop', 16, 'stop is given twice'],
    ['console; stop=yes', 14, '"=yes" is not understood here'],
    ['console; template', 18, 'template has no value'],
    ['console; template=../x', 19, '"../x" cannot be used here'],
    ['console; remind=soon', 17, '"soon" cannot be used here'],
    ['console; remind=1ms', 17, '"1ms" cannot be used here'],
    ['console; escalate=15m', 22, 'a destination is missing'],
    ['console; escalate=15m slakc:a', 23, '"slakc" is no platform'],
    ['console; group=a+', 18, 'a value is missing'],
    ['console; mention=slack:bob', 18, '"slack:bob" cannot be used here'],
  ])('%j at %i: %s', (text, column, message) => {
    expect(faultsOf(text).map((fault) => [fault.place, fault.message])).toEqual([[`ROUTE_DB:${column}`, message]]);
  });

  test('with a caret under it', () => {
    expect(faultsOf('severity=crit -> console')[0]?.excerpt).toBe('severity=crit -> console\n         ^');
  });

  test('with the near part of a long text only', () => {
    const [line, caret] = (
      faultsOf(`${'a=b, '.repeat(200)}severity=crit, ${'a=b, '.repeat(100)}a=b -> console`)[0]?.excerpt ?? ''
    ).split('\n');
    expect(line?.length).toBeLessThan(120);
    expect(line?.slice(caret?.length ? caret.length - 1 : 0)).toMatch(/^crit/);
  });

  test('with the name that was meant', () => {
    expect(faultsOf('slakc:a; remnid=1m; mention=*').map((fault) => fault.cure)).toEqual([
      'did you mean slack?',
      'did you mean remind?',
    ]);
    expect(faultsOf('severity=warnning -> console')[0]?.cure).toContain('did you mean warning?');
  });

  test('all of it at once', () => {
    expect(
      faultsOf('severity=bad, a==b, =c -> slakc:x, slack:y, slack:y; remind=no; nonsense; template=').map(
        (fault) => fault.place,
      ),
    ).toEqual(['10', '16', '21', '27', '45', '61', '65', '84'].map((column) => `ROUTE_DB:${column}`));
  });

  test('ROUTE_DEFAULT has no matchers', () => {
    expect(faultsOf('a=b -> slack:x', 'ROUTE_DEFAULT')).toMatchObject([{ place: 'ROUTE_DEFAULT:1' }]);
    expect(faultsOf('slack:x', 'ROUTE_DEFAULT')).toEqual([]);
  });

  test('a text of any length is not read', () => {
    expect(faultsOf('x'.repeat(4_001))).toMatchObject([{ place: 'ROUTE_DB:4001', message: 'the text is too long' }]);
  });

  test('platforms are those handed in', () => {
    expect(parseRoute('ROUTE_X', 'pager:a', ['slack', 'pager'])).toMatchObject({
      route: { destinations: ['pager:a'] },
    });
  });
});

describe('matchers and destinations by themselves', () => {
  test('matchers of a runbook', () => {
    expect(parseMatchers('api.md:3', 'monitor="Production API"')).toMatchObject({
      matchers: [{ name: 'monitor', operator: '=', value: 'Production API' }],
    });
  });

  test('columns count from where the text begins in its line', () => {
    expect(parseMatchers('api.md:3', 'monitor', 8)).toMatchObject({ faults: [{ place: 'api.md:3:15' }] });
  });

  test.each(['', 'a=b ->', 'a=b,'])('%j is no list of matchers', (text) => {
    expect(parseMatchers('match', text)).toHaveProperty('faults');
  });

  test.each([' slack:C012 ', 'console'])('%j is a destination', (text) => {
    expect(parseDestination('--to', text)).toEqual({ destination: text.trim() });
  });

  test.each(['', 'slack', 'slack:a,slack:b', 'slack:a b'])('%j is none', (text) => {
    expect(parseDestination('--to', text)).toMatchObject({ faults: [expect.anything()] });
  });
});

// ---------------------------------------------------------------- any route

const name = fc.constantFrom(
  'source',
  'title',
  'monitor',
  'url',
  'key',
  'labels.team',
  'labels.a-b',
  'labels.k8s.io/x',
);
const matcher = fc.oneof(
  fc.record({ name, operator: fc.constantFrom('=', '!='), value: fc.string({ unit: 'grapheme', maxLength: 20 }) }),
  fc.record({
    name,
    operator: fc.constantFrom('=~', '!~'),
    value: fc.constantFrom('db-.*', 'a|b', '\\d+', '"', '\\\\', 'x{2,3}', '(?i)prod', ''),
  }),
  fc.record({
    name: fc.constant('severity'),
    operator: fc.constantFrom('=', '!='),
    value: fc.constantFrom('critical', 'info'),
  }),
);
const destination = fc.oneof(
  fc.constant('console'),
  fc
    .tuple(
      fc.constantFrom('slack', 'discord', 'teams', 'teams-webhook'),
      fc.stringMatching(/^[A-Za-z0-9#@:._-]{1,12}$/),
    )
    .map((parts) => parts.join(':')),
);
const destinations = fc.uniqueArray(destination, { minLength: 1, maxLength: 4 });
const wait = fc.integer({ min: 1_000, max: 28 * 86_400_000 });
const options = fc.record(
  {
    template: fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/),
    mention: fc.array(
      fc.constantFrom(
        { platform: '*', kind: 'anyone', id: '*' },
        { platform: 'slack', kind: 'group', id: 'S012' },
        { platform: 'discord', kind: 'group', id: '9' },
        { platform: 'person', kind: 'person', id: 'anna' },
      ),
      { maxLength: 3 },
    ),
    remind: wait,
    escalate: fc.record({ after: wait, destinations }),
    group: fc.array(name, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['template', 'mention'] },
);
const anyRoute = fc.record({
  name: fc.constant('ROUTE_ANY'),
  matchers: fc.array(matcher, { maxLength: 4 }),
  destinations,
  options,
  stop: fc.boolean(),
  text: fc.constant(''),
}) as fc.Arbitrary<Route>;

test('a printed route is read back the same', () => {
  fc.assert(
    fc.property(anyRoute, (route) => {
      const read = routeOf(printRoute(route));
      expect({ ...read, matchers: read.matchers.map(bare) }).toEqual({
        ...route,
        name: 'ROUTE_DB',
        text: printRoute(route),
        matchers: route.matchers.map(bare),
      });
    }),
    { numRuns: 300 },
  );
});

// ---------------------------------------------------------------- any text

const token = fc.constantFrom(
  ...[
    'severity',
    'team',
    'labels.',
    '=',
    '!=',
    '=~',
    '!~',
    '->',
    ',',
    ';',
    '"',
    '\\',
    ' ',
    '\n',
    'slack:a',
    'console',
    '+',
  ],
  ...['stop', 'remind=', 'mention=', 'escalate=1m ', 'group=', '(', ')*', '{1000}', 'é', '🚒', '\ud800', '\0'],
);
const anyText = fc.oneof(
  fc.string({ maxLength: 4_000, unit: anyCharacter }),
  fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join('')),
);

test('any text is read or refused, and every fault lies within it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const fault of faultsOf(text)) {
        const column = Number(fault.place.slice('ROUTE_DB:'.length));
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(text.length + 1);
        const [line, caret, more] = (fault.excerpt ?? '').split('\n');
        expect(more).toBeUndefined();
        expect(caret).toMatch(/^ *\^$/);
        expect(caret?.length).toBeLessThanOrEqual((line?.length ?? 0) + 1);
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['quotes that never close', `a=${'"\\'.repeat(1_999)}`],
  ['quotes alone', '"'.repeat(4_000)],
  ['arrows', '->'.repeat(2_000)],
  ['spaces', `a=b${' '.repeat(3_990)}x`],
  ['commas', ','.repeat(4_000)],
  ['names', 'a.'.repeat(2_000)],
  ['a pattern of nested repeats', 'a=~"((((((a*)*)*)*)*)*)*b" -> console'],
  ['a pattern that would be large', `a=~"${'[^x]{1000}'.repeat(49)}" -> console`],
])('%s: answered in a moment', (_, text) => {
  const before = performance.now();
  parseRoute('ROUTE_DB', text);
  expect(performance.now() - before).toBeLessThan(5_000);
});
