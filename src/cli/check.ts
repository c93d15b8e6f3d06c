import type { Config } from '../config/config.ts';
import { namedDestinations } from '../config/destinations.ts';
import { loadConfig } from '../config/load.ts';
import { type Fault, faultText } from '../domain/errors.ts';
import { principalText } from '../domain/principal.ts';
import type { SecretUse } from '../receiver/secret-uses.ts';
import type { Runbook } from '../runbooks/load.ts';
import { readSetup } from '../setup.ts';
import { command, WrongUse } from './command.ts';
import { printFaults } from './faults.ts';
import { askPlatforms } from './identities.ts';
import { readSecretUses, secretsText } from './secrets.ts';
import { table } from './table.ts';

/** `tocsin check`: everything that an admin wrote, read as the bridge reads it. */
export const check = command({
  summary: 'Reads the environment, .env and the templates, and prints every fault with its place and cure.',
  usage: 'check [--connect]',
  details: `Without a fault: which sources are on, how each authenticates and when each of its secrets was last used, the routes, their
destinations, and the runbooks with who may run them. Nothing is sent and nothing is stored.

  --connect   also asks each chat platform who the bridge is there, and which permissions it lacks

Examples:
  npm run tocsin -- check
  npm run tocsin -- check --connect
  npm run tocsin -- check --json | jq .faults`,
  options: { connect: { type: 'boolean' } },
  async run({ values, positionals, json, io }) {
    if (positionals.length > 0) throw new WrongUse('check takes no arguments.');
    const { config, runbooks, faults, notes: written } = await readSetup(loadConfig(io.folder, io.env), io.folder);
    if (config === undefined || faults.length > 0) {
      printFaults(faults, json, io);
      return 1;
    }
    const answers = values.connect ? await askPlatforms(config.platforms) : [];
    const lacking = answers.flatMap((answer) => answer.faults);
    if (lacking.length > 0) {
      printFaults(lacking, json, io);
      return 1;
    }
    const { uses, notes: kept } = await readSecretUses(config, io);
    const notes = [...written, ...kept];
    const found = {
      ...summary(config, runbooks, uses),
      ...(values.connect && { identities: answers.map(({ platform, who }) => ({ platform, who })) }),
    };
    io.print(
      json
        ? JSON.stringify({ faults: [], notes, ...found }, undefined, 2)
        : [text(found), ...notes.map(noteText)].join('\n\n'),
    );
    return 0;
  },
});

const noteText = (note: Fault): string => `note: ${faultText(note)}`;

type Summary = ReturnType<typeof summary> & {
  readonly identities?: readonly { readonly platform: string; readonly who: string | null }[];
};

function summary(config: Config, runbooks: readonly Runbook[], uses: readonly SecretUse[] | undefined) {
  const { sources, allowedIps: everyones, routes, responders, platforms } = config;
  const usesOf = uses && Map.groupBy(uses, ({ source }) => source);
  return {
    sources: sources.map(({ source, secrets, allowedIps }) => ({
      name: source.name,
      label: source.label,
      auth: source.auth,
      secrets: secrets.length,
      lastUsed:
        usesOf?.get(source.name)?.map(({ at }) => (at === undefined ? null : new Date(at).toISOString())) ?? null,
      allowedIps: (allowedIps ?? everyones)?.map((range) => range.text) ?? null,
    })),
    routes: routes.map(({ name, text }) => ({ name, route: text })),
    destinations: [...namedDestinations(config)].map(([destination, by]) => ({ destination, routes: by })),
    platforms: platforms.map(({ platform }) => platform.name),
    invitations: platforms.flatMap(({ platform: { name, invite }, env }) =>
      invite === undefined ? [] : [{ platform: name, link: invite(env) }],
    ),
    runbooks: runbooks.map(({ name, label, kind, match, on, allow, approve }) => ({
      name,
      label,
      kind: kind.name,
      match: match.map((matcher) => `${matcher.name}${matcher.operator}${JSON.stringify(matcher.value)}`),
      on,
      allow: allow.map(principalText),
      approve,
    })),
    responders: Object.fromEntries([...responders].map(([action, list]) => [action, list.map(principalText)])),
  };
}

function text({ sources, routes, destinations, runbooks, invitations, identities }: Summary): string {
  const parts = [
    sources.length === 0
      ? 'No source is on.'
      : table(
          ['SOURCE', 'AUTHENTICATES BY', 'SECRETS', 'FROM'],
          sources.map(({ name, auth, secrets, lastUsed, allowedIps }) => [
            name,
            auth,
            secretsText(secrets, lastUsed, Date.now()),
            allowedIps?.join(', ') ?? 'any address',
          ]),
        ),
    table(
      ['ROUTE', 'READS'],
      routes.map(({ name, route }) => [name, route]),
    ),
    table(
      ['DESTINATION', 'NAMED BY'],
      destinations.map(({ destination, routes: by }) => [destination, by.join(', ')]),
    ),
    runbooks.length === 0
      ? 'There are no runbooks.'
      : table(
          ['RUNBOOK', 'LABEL', 'RUN', 'MAY RUN', 'OFFERED WHERE'],
          runbooks.map(({ name, label, kind, on, allow, approve, match }) => [
            name,
            label,
            kind,
            `${allow.join(', ') || 'nobody'}${approve > 0 ? ` (and ${approve} to approve)` : ''}`,
            `${on === 'press' ? '' : `runs by itself when ${on}: `}${match.join(', ') || 'every incident'}`,
          ]),
        ),
    ...invitations.map(
      ({ platform, link }) =>
        `Lets the bot into a server of ${platform}, with the permissions that it needs:\n  ${link}`,
    ),
    ...(identities === undefined
      ? []
      : [
          identities.length === 0
            ? 'No chat platform is on that can be asked.'
            : table(
                ['PLATFORM', 'KNOWS THE BRIDGE AS'],
                identities.map(({ platform, who }) => [platform, who ?? '']),
              ),
        ]),
  ];
  return parts.join('\n\n');
}
