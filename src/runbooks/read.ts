import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Fault } from '../domain/errors.ts';
import type { RunbookKind } from '../domain/ports.ts';
import type { TemplateFile } from '../templates/folder.ts';
import { type FrontMatter, readFrontMatter } from '../templates/front-matter.ts';
import { readKeys } from '../templates/keys.ts';
import { compileText, type ScopeSchema, type TextTemplate } from '../templates/liquid.ts';
import { didYouMean } from '../templates/nearest.ts';
import { COMMON_KEYS, COMMON_KEYS_LEFT, readCommon } from './common-keys.ts';
import type { Runbook } from './load.ts';
import { KEEP_SCOPE, runScopeWith } from './scope.ts';
import { compileSpec } from './spec.ts';

const FILE_NAME = /^[\w-]{1,48}$/; // it stands in a button's name, for which chats have little room

/** One file, with every fault of it. Without `runbook` there is at least one. `secrets`: the names that it asks for, all the same. */
export async function readRunbook(
  { name, file, text }: TemplateFile,
  folder: string,
  kinds: readonly RunbookKind[],
): Promise<{ readonly runbook?: Runbook; readonly secrets: readonly string[]; readonly faults: readonly Fault[] }> {
  const faults: Fault[] = [];
  if (!FILE_NAME.test(name)) {
    faults.push({
      place: file,
      message: 'The name of the file cannot name a runbook.',
      cure: 'Rename it: up to 48 letters, digits, - and _, then .md.',
    });
  }
  const { matter, faults: unread } = readFrontMatter(file, text);
  if (!matter) return { secrets: [], faults: [...faults, ...unread] };
  const kind = kinds.find((known) => known.name === matter.data.run);
  if (kind === undefined) faults.push(unknownKind(matter, kinds));

  const { keys, left, faults: wrong } = readAllKeys(matter, kind);
  faults.push(...wrong);
  if (left === undefined) return { secrets: [], faults };
  const common = readCommon(matter, left);
  faults.push(...common.faults);

  const compile = (
    source: string,
    path: readonly (string | number)[],
    scope: ScopeSchema,
  ): TextTemplate | undefined => {
    const compiled = compileText(source, matter.place(path), scope);
    faults.push(...compiled.faults);
    return compiled.template;
  };
  const { spec, faults: wrongSpec } = kind === undefined ? { faults: [] } : readSpec(matter, kind);
  faults.push(...wrongSpec);
  let rendered: Runbook['spec'] | undefined;
  if (kind !== undefined && spec !== undefined) {
    for (const { path, message, cure } of (await kind.faults?.(spec, folder, common.secrets)) ?? []) {
      faults.push(matter.fault(path, message, cure));
    }
    const scope = runScopeWith(Object.keys(left.inputs), kind.secretsInLiquid && common.secrets);
    rendered = compileSpec(spec, kind.encode(spec), {
      run: (source, path) => compile(source, path, scope),
      response: (source, path) => compile(source, path, KEEP_SCOPE),
    });
  }
  const keep = Object.entries(left.keep).map(
    ([key, source]) => [key, compile(source, ['keep', key], KEEP_SCOPE)] as const,
  );
  const { match, allow, timeout, secrets } = common;
  if (kind === undefined || keys === undefined || rendered === undefined || faults.length > 0)
    return { secrets, faults };

  return {
    runbook: {
      name,
      file,
      folder,
      label: keys.label,
      about: matter.body.trim(),
      match,
      on: keys.on,
      ...(keys.confirm === undefined ? {} : { confirm: keys.confirm }),
      inputs: Object.entries(keys.inputs).map(([input, declared]) => ({ name: input, ...declared })),
      allow,
      approve: keys.approve,
      timeout,
      secrets,
      kind,
      digest: createHash('sha256').update(text).digest('hex'),
      spec: rendered,
      kept: (response) =>
        Object.fromEntries(keep.map(([key, template]) => [key, (template as TextTemplate).render({ response })])),
    },
    secrets,
    faults,
  };
}

/** The keys that every kind has: `keys` where all of them are right, else `left`, those that are. */
function readAllKeys(matter: FrontMatter, kind: RunbookKind | undefined) {
  const own =
    kind === undefined
      ? {}
      : Object.fromEntries(Object.keys(shapeOf(kind)).map((key) => [key, z.unknown().optional()]));
  // Which other keys there may be is not known without the kind.
  const objectOf = <S extends z.ZodRawShape>(shape: S) =>
    kind === undefined ? z.object(shape) : z.strictObject({ ...shape, ...own });
  const { keys, faults } = readKeys(matter, objectOf(COMMON_KEYS));
  if (keys !== undefined) return { keys, left: keys, faults };
  const { keys: all, rest } = readKeys(matter, objectOf(COMMON_KEYS_LEFT));
  return { left: all ?? rest, faults };
}

/** The keys of the kind, with what is right in them where something is not. */
function readSpec(
  matter: FrontMatter,
  kind: RunbookKind,
): { readonly spec?: unknown; readonly faults: readonly Fault[] } {
  const names = Object.keys(shapeOf(kind));
  const data = Object.fromEntries(Object.entries(matter.data).filter(([key]) => names.includes(key)));
  const { keys, rest, faults } = readKeys({ ...matter, data }, kind.spec);
  return { spec: keys ?? rest, faults };
}

function unknownKind(matter: FrontMatter, kinds: readonly RunbookKind[]): Fault {
  if (!('run' in matter.data)) return matter.fault([], 'The key "run" is missing.', 'Add "run: script".');
  const written = String(matter.data.run);
  const names = kinds.map(({ name }) => name);
  return matter.fault(['run'], `Unknown kind "${written}".`, didYouMean(written, names));
}

function shapeOf(kind: RunbookKind): z.ZodRawShape {
  if (!(kind.spec instanceof z.ZodObject)) throw new TypeError(`The keys of ${kind.name} are not an object.`);
  return kind.spec.shape;
}
