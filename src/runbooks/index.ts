import type { RunbookKind } from '../domain/ports.ts';
import { awsAutoScaling } from './aws-auto-scaling.ts';
import { bigquery } from './bigquery/bigquery.ts';
import { http } from './http/http.ts';
import { script } from './script.ts';

/** How runbooks can be run: `run:` in their front matter. */
export const kinds: readonly RunbookKind[] = [script, http, awsAutoScaling, bigquery];
