import { z } from 'zod';
import { isLoopback } from '../../domain/addresses.ts';
import type { Platform } from '../../domain/ports.ts';
import { render } from '../teams/render.ts';
import { connect } from './connect.ts';

/** The addresses of Workflows, by their names in lower case with `-`: `TEAMS_WEBHOOK_DB_ONCALL` is `db-oncall`. */
export interface TeamsWebhookEnv {
  readonly addresses: ReadonlyMap<string, string>;
}

const PREFIX = 'TEAMS_WEBHOOK_';

export const teamsWebhookPlatform: Platform<TeamsWebhookEnv> = {
  name: 'teams-webhook',
  people: 'teams',
  variables: {
    'TEAMS_WEBHOOK_<NAME>': {
      schema: z.string().superRefine((text, context) => {
        const wrong = faultOf(text);
        if (wrong !== undefined)
          context.addIssue({ code: 'custom', message: wrong.message, params: { cure: wrong.cure } });
      }),
      about:
        'Address of a Workflows webhook of Microsoft Teams, for teams-webhook:<name>: cards whose buttons are links. Needs PUBLIC_URL.',
      example: 'https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=x',
      secret: true,
    },
  },
  buttons: 'links',
  configure(values) {
    const addresses = new Map(
      Object.entries(values).map(([name, address]) => [nameOf(name.slice(PREFIX.length)), String(address)]),
    );
    return addresses.size === 0 ? undefined : { addresses };
  },
  channels: ({ addresses }) => [...addresses.keys()],
  render: (card) => render(card, { links: ({ link }) => link }),
  connect,
};

const nameOf = (word: string): string => word.toLowerCase().replaceAll('_', '-');

/** As Power Automate gives them: until 2025, and since. */
const HOSTS = ['.logic.azure.com', '.api.powerplatform.com'];
const COPY = 'copy it from the workflow: When a Teams webhook request is received, HTTP URL';

/** The address is a secret: nothing of it is said. */
function faultOf(text: string): { readonly message: string; readonly cure: string } | undefined {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && isLoopback(url.hostname)) return undefined; // for tests
  if (url?.protocol !== 'https:' || !HOSTS.some((host) => url.hostname.endsWith(host)))
    return { message: 'is no https address of a Workflows webhook', cure: COPY };
  if (!url.searchParams.has('sig'))
    return {
      message: 'has no sig=, so only people who are signed in may call it',
      cure: 'let Anyone trigger the flow (When a Teams webhook request is received), save it, and copy its HTTP URL again',
    };
  return undefined;
}
