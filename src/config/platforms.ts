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
