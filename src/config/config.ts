import type { AddressRange } from '../domain/addresses.ts';
import type { Fault } from '../domain/errors.ts';
import type { Principal } from '../domain/model.ts';
import type { Platform, Source } from '../domain/ports.ts';
import type { People } from '../domain/principal.ts';
import type { Route } from '../routing/grammar.ts';
import { type Allowed, absentAllowed, absentMentions, absentResponders } from './absent-people.ts';
import { declare } from './declarations.ts';
import { type Dotenv, readDotenv } from './dotenv.ts';
import { dotenvFaults } from './dotenv-faults.ts';
import { notYet } from './later.ts';
import { type Parsed, parseVariable } from './parse-variable.ts';
import { readPeople, readResponders, unmappedPeople } from './people.ts';
import { channelsOf, noPublicUrl, type PlatformConfig, readPlatforms } from './platforms.ts';
import { readFallback, readRoutes } from './routes.ts';
import { claimFaults, type SecretClaim } from './secret-claims.ts';
import { secretValues } from './secret-values.ts';
import { readNamed, readValues } from './settings.ts';
import { noSource, readSources, type SourceConfig } from './sources.ts';
import { halfTls, nothingAccepted, strangeKey } from './transport.ts';
import { CORE, type LOG_LEVELS, sourceVariables } from './variables.ts';
import { weakTokens } from './weak-tokens.ts';

/** What the environment says, read and checked. Times are milliseconds. */
export interface Config {
  readonly host: string;
  readonly port: number; // 0: a free one
  readonly publicUrl?: string; // without a slash at its end
  readonly databaseUrl: string;
  readonly tls?: { readonly cert: string; readonly key: string }; // PEM
  readonly requireHttps?: boolean; // absent: unless the host is a loopback address
  readonly trustProxy: readonly AddressRange[]; // none: nobody's headers are believed
  readonly allowedIps?: readonly AddressRange[]; // absent: every address
  readonly sources: readonly SourceConfig[]; // those that are on
  readonly routes: readonly Route[]; // in the order in which they are read
  readonly responders: ReadonlyMap<string, readonly Principal[]>; // by action; `*` for the rest
  readonly people: People;
  readonly fallback?: string;
  readonly ackExpires?: number; // absent: never
  readonly consoleToken?: string;
  readonly metricsToken?: string;
  readonly templatesDir: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly maxBodyBytes: number;
  readonly retention: number;
  readonly platforms: readonly PlatformConfig[]; // those that are on
  readonly secretValues: readonly string[]; // what no log line may hold
  /** What a runbook's `secrets:` names; never one of Tocsin's own. */
  readonly variable: (name: string) => string | undefined;
}

/** What was read. `config` is absent where there is a fault. */
export interface Reading {
  readonly config?: Config;
  readonly faults: readonly Fault[];
  readonly notes: readonly Fault[]; // it starts with these, and says them
  readonly routes: readonly Route[]; // those that could be read, even where something else is wrong
  readonly templatesDir: string; // known even where something else is wrong, so that `check` can read on
  /** Whom the runbooks' `allow:` name in vain. */
  allowNotes(lists: readonly Allowed[]): readonly Fault[];
  /** What is wrong between `.env` and the runbooks' `secrets:`, once those are known. */
  secretFaults(claims: readonly SecretClaim[]): readonly Fault[];
}

export interface Origin {
  readonly env: Readonly<Record<string, string | undefined>>; // the process environment: wins over the file
  readonly file?: { readonly path: string; readonly text: string }; // `.env`
  readonly platforms: readonly Platform[];
  readonly monitors: readonly Source[];
  readonly actions: readonly string[]; // what RESPONDERS_<ACTION> may name
  readonly readFile: (path: string) => string;
}

/** Reads the environment whole: every fault that it holds, or a configuration without one. */
export function readConfig(origin: Origin): Reading {
  const path = origin.file?.path ?? '.env';
  const dotenv: Dotenv = origin.file ? readDotenv(origin.file.text) : { entries: [], strayLines: [] };
  const declarations = declare(
    CORE,
    sourceVariables(origin.monitors),
    ...origin.platforms.map((platform) => platform.variables),
  );
  const layers = [origin.env, Object.fromEntries(dotenv.entries.map(({ name, value }) => [name, value]))];
  const { values, faults: unread } = readValues(layers, declarations, origin.readFile);

  const faults: Fault[] = [...dotenvFaults(path, dotenv, declarations), ...unread];
  const kept = <T>({ value, faults: found }: Parsed<T>): T | undefined => {
    faults.push(...found);
    return value;
  };
  const core = <K extends keyof typeof CORE>(name: K) => kept(parseVariable(name, CORE[name], values.get(name)));

  const host = core('HOST') ?? '';
  const cert = core('TLS_CERT_FILE');
  const key = core('TLS_KEY_FILE');
  const tls = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const requireHttps = core('REQUIRE_HTTPS');
  const unreadable = unread.map(({ place }) => place);
  faults.push(...halfTls(values, unreadable), ...(tls ? strangeKey(tls) : []));

  const platforms = kept(readPlatforms(values, origin.platforms)) ?? [];
  const chat = {
    on: platforms.map(({ platform }) => platform.name),
    told: platforms.flatMap(({ platform }) => platform.people ?? []),
    known: origin.platforms.map(({ name }) => name),
    channels: channelsOf(platforms),
  };
  const people: People = kept(readPeople(values)) ?? new Map();
  const responders = kept(readResponders(values, origin.actions)) ?? new Map();
  faults.push(...unmappedPeople(values, people));

  const publicUrl = core('PUBLIC_URL');
  faults.push(...noPublicUrl(platforms, values));
  const allowedIps = core('ALLOWED_IPS');
  const fallback = kept(readFallback(values, chat));
  const ackExpires = core('ACK_EXPIRES');
  const consoleToken = core('CONSOLE_TOKEN');
  const metricsToken = core('METRICS_TOKEN');
  const undeclared = dotenv.entries.filter(({ name }) => declarations.variableOf(name) === undefined);
  const named = (name: string) => readNamed(name, layers, origin.readFile);
  const routes = kept(readRoutes(values, chat, people)) ?? [];
  const config: Config = {
    host,
    port: core('PORT') ?? 0,
    ...(publicUrl !== undefined && { publicUrl }),
    databaseUrl: core('DATABASE_URL') ?? '',
    ...(tls !== undefined && { tls }),
    ...(requireHttps !== undefined && { requireHttps }),
    trustProxy: core('TRUST_PROXY') ?? [],
    ...(allowedIps !== undefined && { allowedIps }),
    sources: kept(readSources(values, origin.monitors, unreadable)) ?? [],
    routes,
    responders,
    people,
    ...(fallback !== undefined && { fallback }),
    ...(ackExpires !== undefined && { ackExpires }),
    ...(consoleToken !== undefined && { consoleToken }),
    ...(metricsToken !== undefined && { metricsToken }),
    templatesDir: core('TEMPLATES_DIR') ?? '',
    logLevel: core('LOG_LEVEL') ?? 'info',
    maxBodyBytes: core('MAX_BODY_BYTES') ?? 0,
    retention: core('RETENTION') ?? 0,
    platforms,
    secretValues: secretValues(values, undeclared, declarations),
    variable: (name) => (declarations.variableOf(name) === undefined ? named(name).value : undefined),
  };
  return {
    ...(faults.length === 0 && { config }),
    faults,
    notes: [
      ...notYet(origin.env),
      ...noSource(config.sources),
      ...nothingAccepted(values, config),
      ...weakTokens(values),
      ...absentResponders(values, chat),
      ...absentMentions(routes, chat),
    ],
    routes,
    templatesDir: config.templatesDir,
    allowNotes: (lists) => absentAllowed(lists, chat, config.people),
    secretFaults: (claims) => claimFaults(claims, { path, undeclared, declarations, named }),
  };
}
