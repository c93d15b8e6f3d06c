import type { AddressRange } from '../domain/addresses.ts';
import type { Fault } from '../domain/errors.ts';
import type { Source } from '../domain/ports.ts';
import { type Parsed, parseVariable } from './parse-variable.ts';
import { sourcePrefix, variablesOf } from './variables.ts';

/** A source that is on. */
export interface SourceConfig {
  readonly source: Source;
  readonly secrets: readonly string[]; // the newest first
  readonly allowedIps?: readonly AddressRange[]; // in place of ALLOWED_IPS
}

/** The sources that have secrets. One without is off: no secret never means that everybody is believed. */
export function readSources(
  values: ReadonlyMap<string, string>,
  monitors: readonly Source[],
  unread: readonly string[], // set to a file that cannot be read
): Parsed<readonly SourceConfig[]> {
  const faults: Fault[] = [];
  const on = monitors.flatMap((source) => {
    const variables = variablesOf(source);
    const names = { secrets: `${sourcePrefix(source.name)}_SECRETS`, ips: `${sourcePrefix(source.name)}_ALLOWED_IPS` };
    const secrets = parseVariable(names.secrets, variables.secrets, values.get(names.secrets));
    const allowedIps = parseVariable(names.ips, variables.allowedIps, values.get(names.ips));
    faults.push(...secrets.faults, ...allowedIps.faults);
    if (values.has(names.ips) && !values.has(names.secrets) && !unread.includes(`${names.secrets}_FILE`)) {
      faults.push({
        place: names.ips,
        message: `${names.ips} is set, ${names.secrets} is not, so ${source.label} is off`,
        cure: `set ${names.secrets} too, or leave both out`,
      });
    }
    if (secrets.value === undefined) return [];
    return [{ source, secrets: secrets.value, ...(allowedIps.value && { allowedIps: allowedIps.value }) }];
  });
  return { value: on, faults };
}

/** It starts, and shows what it knows; but nothing new can come. */
export function noSource(on: readonly SourceConfig[]): readonly Fault[] {
  if (on.length > 0) return [];
  return [
    {
      place: '<SOURCE>_SECRETS',
      message: 'no source is on, so no monitor can send',
      cure: 'set the secrets of a source, such as WIZSTATUS_SECRETS',
    },
  ];
}
