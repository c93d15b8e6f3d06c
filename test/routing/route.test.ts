import { describe, expect, test } from 'vitest';
import { parseMatchers, parseRoute, type Route } from '../../src/routing/grammar.ts';
import { holds, type Routable, route } from '../../src/routing/route.ts';

const incident: Routable = {
  source: 'wizstatus',
  severity: 'critical',
  status: 'firing',
  title: 'Production API is down',
  monitor: 'Production API',
  key: 'wizstatus:7',
  labels: { team: 'payments', severity: 'page' },
};

function look(matchers: string, at: Routable = incident) {
  const parsed = parseMatchers('match', matchers);
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
  return holds(parsed.matchers, at);
}

function routes(texts: Readonly<Record<string, string>>): readonly Route[] {
  return Object.entries(texts).map(([name, text]) => {
    const parsed = parseRoute(name, text);
    if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
    return parsed.route;
  });
}

describe('a matcher', () => {
  test.each([
    ['severity=critical', true, 'severity is "critical"'],
    ['severity=info', false, 'severity is "critical", not "info"'],
    ['severity!=info', true, 'severity is "critical", not "info"'],
    ['severity!=critical', false, 'severity is "critical"'],
    ['monitor=~"Prod.*"', true, 'monitor is "Production API", matched by "Prod.*"'],
    ['monitor=~"Prod"', false, 'monitor is "Production API", not matched by "Prod"'],
    ['monitor=~"x|Production API"', true, 'monitor is "Production API", matched by "x|Production API"'],
    ['monitor!~"db-.*"', true, 'monitor is "Production API", not matched by "db-.*"'],
    ['monitor!~"(?i)production.*"', false, 'monitor is "Production API", matched by "(?i)production.*"'],
    ['team=payments', true, 'labels.team is "payments"'],
    ['labels.severity=page', true, 'labels.severity is "page"'],
    ['source=wizstatus, key=~".*:7"', true, 'source is "wizstatus", key is "wizstatus:7", matched by ".*:7"'],
    ['team=payments, env=prod, severity=info', false, 'labels.env is "", not "prod"'],
  ])('%s: %s, because %s', (matchers, held, because) => {
    expect(look(matchers)).toEqual({ held, because });
  });

  test.each([
    ['env=""', true],
    ['env!=prod', true],
    ['env=~".*"', true],
    ['env=~".+"', false],
    ['url=""', true],
    ['constructor=""', true],
    ['labels.__proto__=""', true],
  ])('sees what is absent as the empty string: %s', (matchers, held) => {
    expect(look(matchers).held).toBe(held);
  });

  test('lets a pattern run over lines, as Prometheus does', () => {
    expect(look('title=~"a.*z"', { ...incident, title: 'a\nz' }).held).toBe(true);
  });

  test('keeps its reason short, whatever was seen', () => {
    const { because } = look('title!="x"', { ...incident, title: '🚒"\n'.repeat(500) });
    expect(because.length).toBeLessThan(200);
    expect(because.isWellFormed()).toBe(true);
  });

  test.each(['(.*.*)*x', '(a|aa|aaa)+b', '(.{0,20}a){20}b', '(?i)[\\p{L}\\p{N}]{400}x', `${'(a?){30}'.repeat(8)}b`])(
    '%s answers at once on the longest text',
    (pattern) => {
      const long: Routable = { ...incident, url: 'ab'.repeat(1_000), title: 'a'.repeat(1_000) };
      const before = performance.now();
      look(`title=~"${pattern}"`, long);
      look(`url!~"${pattern}"`, long);
      expect(performance.now() - before).toBeLessThan(5_000);
    },
  );
});

describe('an incident', () => {
  test('goes to the union of the routes that hold, in the order of their names', () => {
    const { verdicts, targets } = route(
      incident,
      routes({
        ROUTE_C: 'team=payments -> teams:payments, slack:b; template=late',
        ROUTE_A: 'severity=critical -> slack:b; template=early',
        ROUTE_B: 'severity=info -> slack:quiet',
      }),
    );
    expect(targets).toEqual([
      { destination: 'slack:b', route: 'ROUTE_A', options: { template: 'early', mention: [] } },
      { destination: 'teams:payments', route: 'ROUTE_C', options: { template: 'late', mention: [] } },
    ]);
    expect(verdicts).toEqual([
      { route: 'ROUTE_A', held: true, because: 'severity is "critical"', destinations: ['slack:b'] },
      { route: 'ROUTE_B', held: false, because: 'severity is "critical", not "info"', destinations: [] },
      { route: 'ROUTE_C', held: true, because: 'labels.team is "payments"', destinations: ['teams:payments'] },
      { route: 'ROUTE_DEFAULT', held: false, because: 'not needed: a route took it', destinations: [] },
    ]);
  });

  test('is not shown to routes behind one that holds and stops', () => {
    const { verdicts, targets } = route(
      incident,
      routes({
        ROUTE_A: 'severity=info -> slack:a; stop',
        ROUTE_B: 'slack:b; stop',
        ROUTE_C: 'slack:c',
        ROUTE_DEFAULT: 'slack:d',
      }),
    );
    expect(targets.map(({ destination }) => destination)).toEqual(['slack:b']);
    expect(verdicts.map(({ held, because }) => [held, because])).toEqual([
      [false, 'severity is "critical", not "info"'],
      [true, 'it takes every incident'],
      [false, 'not read: ROUTE_B stopped the reading'],
      [false, 'not needed: a route took it'],
    ]);
  });

  test('that no route takes goes to the default', () => {
    const { verdicts, targets } = route(
      incident,
      routes({ ROUTE_DEFAULT: 'slack:all; remind=1h', ROUTE_Z: 'a=b -> slack:z' }),
    );
    expect(targets).toEqual([
      {
        destination: 'slack:all',
        route: 'ROUTE_DEFAULT',
        options: { template: 'incident', mention: [], remind: 3_600_000 },
      },
    ]);
    expect(verdicts.at(-1)).toEqual({
      route: 'ROUTE_DEFAULT',
      held: true,
      because: 'no other route took it',
      destinations: ['slack:all'],
    });
  });

  test('goes to the console where nothing is configured', () => {
    expect(route(incident, [])).toEqual({
      verdicts: [{ route: 'ROUTE_DEFAULT', held: true, because: 'no other route took it', destinations: ['console'] }],
      targets: [{ destination: 'console', route: 'ROUTE_DEFAULT', options: { template: 'incident', mention: [] } }],
    });
  });
});
