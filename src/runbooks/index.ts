import type { RunbookKind } from '../domain/ports.ts';
import { script } from './script.ts';

/** How runbooks can be run: `run:` in their front matter. */
export const kinds: readonly RunbookKind[] = [script];
