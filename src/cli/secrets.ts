import type { Config } from '../config/config.ts';
import { durationText } from '../domain/duration.ts';
import { type Fault, FaultsFound } from '../domain/errors.ts';
import { loadSecretUses, type SecretUse } from '../receiver/secret-uses.ts';
import { hasStore } from '../store/index.ts';
import type { Io } from './command.ts';
import { withStore } from './with-store.ts';

export interface Uses {
  readonly uses?: readonly SecretUse[]; // absent: not known
  readonly notes: readonly Fault[];
}

/** When each secret was last used, as far as there is a store that can be read. None is made. */
export async function readSecretUses(config: Config, io: Io): Promise<Uses> {
  if (!hasStore(config.databaseUrl)) return { notes: [] };
  try {
    const uses = await withStore(config, io, async ({ memory }, log) =>
      (await loadSecretUses({ memory, sources: () => config.sources, log })).lastUsed(),
    );
    return { uses, notes: [] };
  } catch (error) {
    if (!(error instanceof FaultsFound)) throw error;
    return { notes: error.faults };
  }
}

/** `2: 1st used 3 m ago, 2nd never`; without the times only how many there are. */
export function secretsText(count: number, lastUsed: readonly (string | null)[] | null, now: number): string {
  if (lastUsed === null) return String(count);
  const each = lastUsed.map((at, index) => {
    const used = at === null ? 'never' : `used ${durationText(now - Date.parse(at))} ago`;
    return count === 1 ? used : `${ordinal(index + 1)} ${used}`;
  });
  return `${count}: ${each.join(', ')}`;
}

const RULES = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };
const ordinal = (n: number): string => `${n}${SUFFIXES[RULES.select(n)] ?? 'th'}`;
