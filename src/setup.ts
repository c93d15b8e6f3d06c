import { resolve } from 'node:path';
import { absentRunbooks, type NamedButton, unknownButtons } from './config/card-buttons.ts';
import type { Config, Reading } from './config/config.ts';
import { templateFaults } from './config/routes.ts';
import type { SecretClaim } from './config/secret-claims.ts';
import { type Fault, FaultsFound } from './domain/errors.ts';
import type { Route } from './routing/grammar.ts';
import { kinds } from './runbooks/index.ts';
import { loadRunbooks, type Runbook } from './runbooks/load.ts';
import { type CardTemplates, loadCards } from './templates/cards.ts';

/** The folder of templates, read. With a fault in it, what could be read. */
export interface Templates {
  readonly templates: CardTemplates;
  readonly runbooks: readonly Runbook[];
  readonly claims: readonly SecretClaim[]; // of all runbooks, also those with a fault
  readonly buttons?: readonly NamedButton[]; // that cards name
  readonly faults: readonly Fault[];
}

/** All that an admin wrote. `config` is absent where the environment has a fault; `faults` are those of everything. */
export interface Setup extends Templates {
  readonly config?: Config;
  readonly notes: readonly Fault[]; // it starts with these, and says them
  readonly secrets: readonly string[]; // what no log line may hold
  /** What is wrong with the `secrets:` of runbooks that are read later. */
  readonly claimFaults: Reading['secretFaults'];
}

/** What an admin wrote, without a fault. */
export interface Ready extends Templates {
  readonly config: Config;
  readonly claimFaults?: Setup['claimFaults'];
}

/** The cards and runbooks of a folder, and the routes that name a template which is not there. */
export async function readTemplates(folder: string, routes: readonly Route[]): Promise<Templates> {
  const [cards, { runbooks, claims, faults }] = await Promise.all([
    loadCards(resolve(folder, 'cards')),
    loadRunbooks(resolve(folder, 'runbooks'), kinds),
  ]);
  const missing = cards.there === undefined ? [] : templateFaults(routes, cards.there);
  const unknown = unknownButtons(cards.buttons);
  return {
    templates: cards.templates,
    buttons: cards.buttons,
    runbooks,
    claims,
    faults: [...cards.faults, ...unknown, ...faults, ...missing],
  };
}

/** The same, for who cannot do with a part. Throws FaultsFound. */
export async function needTemplates(folder: string, routes: readonly Route[]): Promise<Templates> {
  const read = await readTemplates(folder, routes);
  if (read.faults.length > 0) throw new FaultsFound(read.faults);
  return read;
}

/** Start-up, `tocsin check` and SIGHUP read the same, so that they find the same. `folder`: the working directory. */
export async function readSetup(reading: Reading, folder = process.cwd()): Promise<Setup> {
  const { config } = reading;
  const read = await readTemplates(resolve(folder, reading.templatesDir), reading.routes);
  return {
    ...(config !== undefined && { config }),
    ...read,
    notes: [
      ...reading.notes,
      ...reading.allowNotes(read.runbooks),
      ...absentRunbooks(
        read.buttons ?? [],
        read.runbooks.map(({ name }) => name),
      ),
    ],
    faults: [...reading.faults, ...read.faults, ...reading.secretFaults(read.claims)],
    claimFaults: reading.secretFaults,
    secrets: [...(config?.secretValues ?? []), ...read.claims.flatMap(({ name }) => config?.variable(name) ?? [])],
  };
}
