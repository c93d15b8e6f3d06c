import { type Fault, FaultsFound } from '../domain/errors.ts';
import type { Platform } from '../domain/ports.ts';
import { declare } from './declarations.ts';
import { type Parsed, parseVariable } from './parse-variable.ts';

/** A platform that is on, with what its own `configure` made of its variables. */
export interface PlatformConfig {
  readonly platform: Platform;
  readonly env: unknown;
}

/** Each platform gets those of its variables that are set, and says itself whether it is on and what is missing. */
export function readPlatforms(
  values: ReadonlyMap<string, string>,
  platforms: readonly Platform[],
): Parsed<readonly PlatformConfig[]> {
  const faults: Fault[] = [];
  const on = platforms.flatMap((platform) => {
    const declarations = declare(platform.variables);
    const wrongBefore = faults.length;
    const own = [...values].flatMap(([name, text]) => {
      const declared = declarations.find(name);
      if (declared === undefined) return [];
      const parsed = parseVariable(name, declared.variable, text);
      faults.push(...parsed.faults);
      return [[name, parsed.value]] as const;
    });
    if (faults.length > wrongBefore) return []; // what it lacks cannot be told from what is wrong
    try {
      const env = platform.configure(Object.fromEntries(own));
      return env === undefined ? [] : [{ platform, env }];
    } catch (error) {
      if (!(error instanceof FaultsFound)) throw error;
      faults.push(...error.faults);
      return [];
    }
  });
  return { value: on, faults };
}

/** The channels of those platforms that have no others. */
export function channelsOf(platforms: readonly PlatformConfig[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    platforms.flatMap(({ platform, env }) =>
      platform.channels === undefined ? [] : [[platform.name, platform.channels(env)] as const],
    ),
  );
}

/** Links that lead nowhere would be worse than no card. */
export function noPublicUrl(
  platforms: readonly PlatformConfig[],
  values: ReadonlyMap<string, string>,
): readonly Fault[] {
  const linked = platforms.filter(({ platform }) => platform.buttons === 'links').map(({ platform }) => platform.name);
  if (linked.length === 0 || values.has('PUBLIC_URL')) return [];
  return [
    {
      place: 'PUBLIC_URL',
      message: `the cards of ${linked.join(', ')} have links in place of buttons, and no address to lead to`,
      cure: 'set it to the address by which people reach Tocsin: https://tocsin.example.com',
    },
  ];
}
