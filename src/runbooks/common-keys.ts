import { z } from 'zod';
import { DURATION_FORMS, durationText, parseDuration } from '../domain/duration.ts';
import type { Fault } from '../domain/errors.ts';
import type { Principal } from '../domain/model.ts';
import { PRINCIPAL_FORMS, parsePrincipal } from '../domain/principal.ts';
import { parseMatchers } from '../routing/grammar.ts';
import type { Matcher } from '../routing/matchers.ts';
import type { FrontMatter } from '../templates/front-matter.ts';
import { isReserved } from './environment.ts';

const MIN_TIMEOUT_MS = 1_000;
const MAX_TIMEOUT_MS = 24 * 3_600_000;
const MAX_INPUTS = 5; // a Discord modal has five rows: https://discord.com/developers/docs/components/reference
const MAX_KEPT = 20;
const NAME = /^[A-Za-z_]\w{0,39}$/;

const LIST_OF_PEOPLE = 'is a list of who may run it, such as [console, slack:S0SRE]';

/** What every kind of runbook has, beside its own keys. */
export const COMMON_KEYS = {
  label: z.string().trim().min(1).max(60),
  match: z.string().optional(),
  on: z.enum(['press', 'firing', 'acknowledged', 'resolved']).default('press'),
  run: z.unknown(), // the kind, found before
  inputs: z
    .record(
      z.string().regex(NAME),
      z.strictObject({ label: z.string().trim().min(1).max(45), required: z.boolean().default(false) }),
    )
    .default({}),
  confirm: z.string().trim().min(1).max(300).optional(),
  allow: z.array(z.string(), LIST_OF_PEOPLE).min(1, `names nobody: it ${LIST_OF_PEOPLE}`),
  approve: z.int().min(0).max(10).default(0),
  timeout: z.string().default('2m'),
  secrets: z.array(z.string(), 'is a list of variables, such as [DEPLOY_TOKEN]').max(50).default([]),
  keep: z.record(z.string().regex(NAME), z.string(), 'is a map, such as { ticket: "{{ response.id }}" }').default({}),
};

/** The same where a fault was told already: what is missing hides no other fault. */
export const COMMON_KEYS_LEFT = {
  ...COMMON_KEYS,
  label: COMMON_KEYS.label.default('–'),
  inputs: z.record(z.string(), z.unknown()).default({}), // their names alone
  allow: z.array(z.string()).default([]),
};

type Keys = z.infer<z.ZodObject<typeof COMMON_KEYS_LEFT>>;

/** What the common keys say. With a fault in one, `faults` says so and the rest is still right. */
export interface Common {
  readonly match: readonly Matcher[];
  readonly allow: readonly Principal[];
  readonly timeout: number;
  readonly secrets: readonly string[];
  readonly faults: readonly Fault[];
}

export function readCommon(matter: FrontMatter, keys: Keys): Common {
  const faults: Fault[] = [];
  const { data } = matter;
  if (Object.keys(keys.inputs).length > MAX_INPUTS) {
    faults.push(
      matter.fault(['inputs'], `There are more than ${MAX_INPUTS} inputs.`, 'A form in chat has no room for more.'),
    );
  }
  if (Object.keys(keys.keep).length > MAX_KEPT) {
    faults.push(matter.fault(['keep'], `It keeps more than ${MAX_KEPT} values.`, 'Keep fewer.'));
  }
  faults.push(...askedOfNobody(matter, keys));
  const timeout = readTimeout(matter, keys.timeout, faults);
  const allow = texts(data.allow, keys.allow).flatMap(([written, index]) =>
    principalOf(matter, written, index, faults),
  );
  const match = keys.match === undefined ? [] : matchersOf(matter, keys.match, faults);
  const secrets = texts(data.secrets, keys.secrets);
  const wrong = secrets.map(([secret, index]) => secretFaults(matter, secret, index));
  faults.push(...wrong.flat());
  return {
    match,
    allow,
    timeout,
    secrets: secrets.flatMap(([secret], index) => (wrong[index]?.length === 0 ? [secret] : [])),
    faults,
  };
}

/** The items with their places, without those that were told to be no text. */
function texts(written: unknown, read: readonly string[]): readonly (readonly [string, number])[] {
  const items = Array.isArray(written) ? (written as readonly unknown[]) : [];
  return read.flatMap((text, index) => (typeof items[index] === 'string' ? [[text, index] as const] : []));
}

/** Nobody presses what runs by itself: there is nobody to ask. */
function askedOfNobody(matter: FrontMatter, { on }: { readonly on: string }): readonly Fault[] {
  if (on === 'press') return [];
  const asking = ['inputs', 'confirm', 'approve'].filter((key) => key in matter.data);
  return asking.map((key) =>
    matter.fault([key], `"${key}" asks somebody, and with "on: ${on}" nobody presses.`, `Take "${key}" out, or "on:".`),
  );
}

function readTimeout(matter: FrontMatter, written: string, faults: Fault[]): number {
  const timeout = parseDuration(written);
  if (timeout !== undefined && timeout >= MIN_TIMEOUT_MS && timeout <= MAX_TIMEOUT_MS) return timeout;
  const range = `from ${durationText(MIN_TIMEOUT_MS)} to ${durationText(MAX_TIMEOUT_MS)}`;
  faults.push(matter.fault(['timeout'], `"${written}" is no timeout.`, `Write ${DURATION_FORMS}, ${range}.`));
  return MIN_TIMEOUT_MS;
}

function principalOf(matter: FrontMatter, written: string, index: number, faults: Fault[]): readonly Principal[] {
  const principal = parsePrincipal(written);
  if (principal !== undefined) return [principal];
  faults.push(matter.fault(['allow', index], `"${written}" names nobody.`, `Write ${PRINCIPAL_FORMS}.`));
  return [];
}

function matchersOf(matter: FrontMatter, written: string, faults: Fault[]): readonly Matcher[] {
  const { file, line, column } = matter.place(['match']);
  const read = parseMatchers(`${file}:${line}`, written, column);
  if ('matchers' in read) return read.matchers;
  faults.push(...read.faults);
  return [];
}

function secretFaults(matter: FrontMatter, name: string, index: number): readonly Fault[] {
  if (!/^[A-Za-z_]\w{0,99}$/.test(name)) {
    return [matter.fault(['secrets', index], `"${name}" is no name of a variable.`, 'Use letters, digits and _.')];
  }
  if (!isReserved(name)) return [];
  return [
    matter.fault(['secrets', index], `${name} changes how programs start, so no runbook gets it.`, 'Use another name.'),
  ];
}
