import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DURATION_FORMS, durationText, parseDuration } from '../domain/duration.ts';
import type { Fault } from '../domain/errors.ts';
import type { Principal } from '../domain/model.ts';
import type { RunbookKind } from '../domain/ports.ts';
import { PRINCIPAL_FORMS, parsePrincipal } from '../domain/principal.ts';
import { parseMatchers } from '../routing/grammar.ts';
import type { Matcher } from '../routing/matchers.ts';
import type { TemplateFile } from '../templates/folder.ts';
import { type FrontMatter, readFrontMatter } from '../templates/front-matter.ts';
import { readKeys } from '../templates/keys.ts';
import { compileText, type ScopeSchema, type TextTemplate } from '../templates/liquid.ts';
import { didYouMean } from '../templates/nearest.ts';
import { isReserved } from './environment.ts';
import type { Runbook } from './load.ts';
import { KEEP_SCOPE, runScopeWith } from './scope.ts';
import { compileSpec } from './spec.ts';

const MIN_TIMEOUT_MS = 1_000;
const MAX_TIMEOUT_MS = 24 * 3_600_000;
const MAX_INPUTS = 5; // a Discord modal has five rows: https://discord.com/developers/docs/components/reference
const MAX_KEPT = 20;
const FILE_NAME = /^[\w-]{1,48}$/; // it stands in a button's name, for which chats have little room
const NAME = /^[A-Za-z_]\w{0,39}$/;
const LATER_KINDS: readonly string[] = ['http', 'aws-auto-scaling', 'bigquery'];

/** What every kind of runbook has, beside its own keys. */
const COMMON = {
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
  allow: z.array(z.string()).min(1),
  approve: z.int().min(0).max(10).default(0),
  timeout: z.string().default('2m'),
  secrets: z.array(z.string()).max(50).default([]),
  keep: z.record(z.string().regex(NAME), z.string()).default({}),
};

/** One file. Without `runbook` there is at least one fault. */
export async function readRunbook(
  { name, file, text }: TemplateFile,
  folder: string,
  kinds: readonly RunbookKind[],
): Promise<{ readonly runbook?: Runbook; readonly faults: readonly Fault[] }> {
  const { matter, faults: unread } = readFrontMatter(file, text);
  if (!matter) return { faults: unread };
  const kind = kinds.find((known) => known.name === matter.data.run);
  if (kind === undefined) return { faults: [unknownKind(matter, kinds)] };

  const own = shapeOf(kind);
  const { keys, faults: wrong } = readKeys(matter, z.strictObject({ ...COMMON, ...own }));
  if (!keys) return { faults: wrong };
  const ownData = Object.fromEntries(
    Object.keys(own).flatMap((key) => (key in matter.data ? [[key, matter.data[key]]] : [])),
  );
  const { keys: spec, faults: wrongSpec } = readKeys({ ...matter, data: ownData }, kind.spec);
  if (spec === undefined) return { faults: wrongSpec };

  const faults: Fault[] = [];
  const compile = (
    source: string,
    path: readonly (string | number)[],
    scope: ScopeSchema,
  ): TextTemplate | undefined => {
    const compiled = compileText(source, matter.place(path), scope);
    faults.push(...compiled.faults);
    return compiled.template;
  };
  if (!FILE_NAME.test(name)) {
    faults.push({
      place: file,
      message: 'The name of the file cannot name a runbook.',
      cure: 'Rename it: up to 48 letters, digits, - and _, then .md.',
    });
  }
  if (Object.keys(keys.inputs).length > MAX_INPUTS) {
    faults.push(
      matter.fault(['inputs'], `There are more than ${MAX_INPUTS} inputs.`, 'A form in chat has no room for more.'),
    );
  }
  if (Object.keys(keys.keep).length > MAX_KEPT) {
    faults.push(matter.fault(['keep'], `It keeps more than ${MAX_KEPT} values.`, 'Keep fewer.'));
  }
  faults.push(...notYet(matter, keys));
  const timeout = readTimeout(matter, keys.timeout, faults);
  const allow = keys.allow.flatMap((written, index) => principalOf(matter, written, index, faults));
  const match = keys.match === undefined ? [] : matchersOf(matter, keys.match, faults);
  faults.push(...keys.secrets.flatMap((secret, index) => secretFaults(matter, secret, index)));
  for (const { path, message, cure } of (await kind.faults?.(spec, folder)) ?? []) {
    faults.push(matter.fault(path, message, cure));
  }
  const scope = runScopeWith(Object.keys(keys.inputs));
  const rendered = compileSpec(spec, kind.encode, (source, path) => compile(source, path, scope));
  const keep = Object.entries(keys.keep).map(
    ([key, source]) => [key, compile(source, ['keep', key], KEEP_SCOPE)] as const,
  );
  if (faults.length > 0) return { faults };

  return {
    runbook: {
      name,
      file,
      folder,
      label: keys.label,
      about: matter.body.trim(),
      match,
      ...(keys.confirm === undefined ? {} : { confirm: keys.confirm }),
      inputs: Object.entries(keys.inputs).map(([input, declared]) => ({ name: input, ...declared })),
      allow,
      approve: keys.approve,
      timeout,
      secrets: keys.secrets,
      kind,
      digest: createHash('sha256').update(text).digest('hex'),
      spec: rendered,
      kept: (response) =>
        Object.fromEntries(keep.map(([key, template]) => [key, (template as TextTemplate).render({ response })])),
    },
    faults,
  };
}

function unknownKind(matter: FrontMatter, kinds: readonly RunbookKind[]): Fault {
  if (!('run' in matter.data)) return matter.fault([], 'The key "run" is missing.', 'Add "run: script".');
  const written = String(matter.data.run);
  return LATER_KINDS.includes(written)
    ? matter.fault(['run'], `The kind "${written}" is not in this version yet.`, 'Take the file out of the folder.')
    : matter.fault(
        ['run'],
        `Unknown kind "${written}".`,
        didYouMean(
          written,
          kinds.map(({ name }) => name),
        ),
      );
}

function shapeOf(kind: RunbookKind): z.ZodRawShape {
  if (!(kind.spec instanceof z.ZodObject)) throw new TypeError(`The keys of ${kind.name} are not an object.`);
  return kind.spec.shape;
}

function notYet(matter: FrontMatter, keys: { readonly on: string; readonly approve: number }): readonly Fault[] {
  const cure = 'Take it out for now.';
  return [
    ...(keys.on === 'press'
      ? []
      : [matter.fault(['on'], 'Runbooks that run by themselves are not in this version yet.', cure)]),
    ...(keys.approve === 0 ? [] : [matter.fault(['approve'], 'Approvals are not in this version yet.', cure)]),
  ];
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
