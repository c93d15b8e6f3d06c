import { describe, expect, test } from 'vitest';
import { platforms } from '../../../src/adapters/index.ts';
import { teamsWebhookPlatform } from '../../../src/adapters/teams-webhook/platform.ts';
import { readConfig } from '../../../src/config/config.ts';
import { withLinks } from '../../../src/pipeline/links.ts';
import { cardOf } from '../teams/cards.ts';
import { seen } from '../teams/seen.ts';

const ADDRESS =
  'https://default1.ab.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/2/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=cAnArY';
const read = (env: Readonly<Record<string, string>>) =>
  readConfig({ env, platforms, monitors: [], actions: [], readFile: () => '' });
const on = { TEAMS_WEBHOOK_OPS: ADDRESS, PUBLIC_URL: 'https://tocsin.example.com' };

describe('what an admin sets', () => {
  test('names each workflow as routes do', () => {
    const { faults, config } = read({
      ...on,
      TEAMS_WEBHOOK_DB_ONCALL: ADDRESS,
      ROUTE_DEFAULT: 'teams-webhook:ops, teams-webhook:db-oncall',
    });
    expect(faults).toEqual([]);
    expect(config?.secretValues).toContain(ADDRESS);
  });

  test('without PUBLIC_URL is refused at the start, as links would lead nowhere', () => {
    expect(read({ TEAMS_WEBHOOK_OPS: ADDRESS }).faults).toMatchObject([
      { place: 'PUBLIC_URL', cure: expect.stringContaining('https://tocsin.example.com') },
    ]);
  });

  test('a route to a name that is not there is refused at the start', () => {
    expect(read({ ...on, ROUTE_DEFAULT: 'teams-webhook:opps' }).faults).toMatchObject([
      {
        place: 'ROUTE_DEFAULT:1',
        message: 'teams-webhook has no "opps"',
        cure: expect.stringContaining('teams-webhook:ops'),
      },
    ]);
  });

  test.each([
    ['a connector that is no more', 'https://acme.webhook.office.com/webhookb2/cAnArY', /no https address/],
    ['plain HTTP', ADDRESS.replace('https:', 'http:'), /no https address/],
    ['a host that only looks like it', ADDRESS.replace('.com:443', '.com.evil.example'), /no https address/],
    ['another host with its name in the user', `https://x.logic.azure.com@cAnArY.example/?sig=1`, /no https address/],
    ['no address', 'cAnArY', /no https address/],
    ['an address without its signature', ADDRESS.replace('sig=', 'nosig='), /no sig=/],
  ])('%s is refused, and nothing of it is said', (_, address, message) => {
    const { faults } = read({ ...on, TEAMS_WEBHOOK_OPS: address });
    expect(faults).toMatchObject([{ place: 'TEAMS_WEBHOOK_OPS', message: expect.stringMatching(message) }]);
    expect(JSON.stringify(faults)).not.toContain('cAnArY');
  });
});

describe('a card', () => {
  const linking = {
    key: 'k',
    publicUrl: 'https://tocsin.example.com',
    now: 0,
    isOpen: (name: string) => name !== 'run',
  };
  const drawn = seen(teamsWebhookPlatform.render(withLinks(cardOf(), 'teams-webhook:ops', linking)).json);
  const urlOf = (label: string) => [...drawn.buttons, ...drawn.menu].find((one) => one.label === label)?.url;

  test('has a signed link for each button, in sight and in its menu', () => {
    for (const label of ['Acknowledge', 'Resolve', 'Add a note'])
      expect(urlOf(label)).toMatch(/^https:\/\/tocsin\.example\.com\/a\/[\w.-]{80,}$/);
  });

  test('leads to the console, and its sign-in, for a runbook', () => {
    expect(urlOf('Restart API')).toBe(
      'https://tocsin.example.com/incidents/01k0000000000000/actions/run?argument=restart-api',
    );
  });

  test('shows no button that would lead nowhere', () => {
    const { buttons, menu } = seen(teamsWebhookPlatform.render(cardOf()).json);
    expect([...buttons, ...menu]).toEqual([]);
  });
});
