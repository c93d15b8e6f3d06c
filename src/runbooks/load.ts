import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Fault } from '../domain/errors.ts';
import type { Incident, Principal, Status, Texts } from '../domain/model.ts';
import type { RunbookKind, RunbookOffer } from '../domain/ports.ts';
import type { Matcher } from '../routing/matchers.ts';
import { holds } from '../routing/route.ts';
import { readFolder, type TemplateFile } from '../templates/folder.ts';
import { readRunbook } from './read.ts';

/** A procedure, as `templates/runbooks/<name>.md` declares it. */
export interface Runbook {
  readonly name: string; // the file's, without `.md`
  readonly file: string; // as faults show it
  readonly folder: string; // where it runs
  readonly label: string;
  readonly about: string;
  readonly match: readonly Matcher[]; // none: every incident offers it
  readonly on: 'press' | Status; // the state in which it runs by itself
  readonly confirm?: string;
  readonly inputs: RunbookOffer['inputs'];
  readonly allow: readonly Principal[];
  readonly approve: number;
  readonly timeout: number; // milliseconds
  readonly secrets: readonly string[]; // names of the environment that it may see
  readonly kind: RunbookKind;
  readonly digest: string; // of the file
  /** The kind's own keys with every value inserted. Throws TemplateFailed. `scope`: see runScope. */
  spec(scope: object): unknown;
  /** What `keep:` keeps of an answer. Throws TemplateFailed. */
  kept(response: unknown): Texts;
}

/** What was read of a folder of runbooks. */
export interface Loaded {
  readonly runbooks: readonly Runbook[];
  readonly claims: readonly { readonly name: string; readonly place: string }[]; // secrets that a file asks for, also one with a fault
  readonly faults: readonly Fault[];
}

/** Every `*.md` of the folder; without the folder there are none. A file with a fault is not among the runbooks. */
export async function loadRunbooks(folder: string, kinds: readonly RunbookKind[]): Promise<Loaded> {
  if (!(await exists(folder))) return { runbooks: [], claims: [], faults: [] };
  const { files, faults: unread } = await readFolder(folder);
  const read = await Promise.all(files.map((file) => readRunbook(file, resolve(folder), kinds)));
  return {
    runbooks: read.flatMap(({ runbook }) => runbook ?? []),
    claims: read.flatMap(({ secrets }, index) =>
      secrets.map((name) => ({ name, place: (files[index] as TemplateFile).file })),
    ),
    faults: [...unread, ...read.flatMap(({ faults }) => faults)],
  };
}

/** What this incident offers to run, in the order of the files' names. */
export function offersFor(incident: Incident, runbooks: readonly Runbook[]): readonly RunbookOffer[] {
  return runbooks
    .filter(({ on, match }) => on === 'press' && holds(match, incident).held)
    .map(({ name, label, about, confirm, inputs, approve, digest }) => ({
      name,
      label,
      about,
      ...(confirm === undefined ? {} : { confirm }),
      inputs,
      approve,
      digest,
    }));
}

async function exists(folder: string): Promise<boolean> {
  try {
    await stat(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
