import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './bridge.ts';

/** The runbook `note`: each time that it runs it appends its run and its incident to a file. */
export const NOTING_RUNBOOK = {
  'templates/runbooks/note.md': `---
label: Note
run: script
command: [./note.sh, "{{ incident.id }}"]
allow: [console]
timeout: 1m
---

A test's.
`,
  'templates/runbooks/note.sh': '#!/bin/sh\necho "$TOCSIN_RUN $1" >> noted\necho done\n',
} as const;

/** What it wrote down, in order. */
export function noted({
  folder,
}: Pick<Place, 'folder'>): readonly { readonly run: string; readonly incident: string }[] {
  const path = join(folder, 'templates', 'runbooks', 'noted');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [run = '', incident = ''] = line.split(' ');
    return { run, incident };
  });
}
