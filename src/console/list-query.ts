import { z } from 'zod';
import { isId } from '../domain/id.ts';
import { MAX_QUERY } from './pages/incidents.ts';

const MOST = 200; // incidents in one answer
const USUAL = 50;
const STATUSES = ['firing', 'acknowledged', 'resolved'] as const;

const status = `status is one or more of ${STATUSES.join(', ')}, with commas between them.`;
const limit = `limit is a number from 1 to ${MOST}.`;
export const UNKNOWN_PLACE = 'before is the next of an earlier answer. Leave it out to begin with the newest.';

/** The query of `/api/incidents`. What it does not know is refused: a misspelled name would show what nobody asked for. */
export const listQuery = z.strictObject({
  status: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((list) => list.split(',').map((word) => word.trim())))
    .pipe(z.array(z.enum(STATUSES, { error: status })))
    .optional(),
  q: z.string().max(MAX_QUERY, `q has at most ${MAX_QUERY} characters.`).optional(),
  limit: z
    .string({ error: limit })
    .regex(/^\d+$/, limit)
    .transform(Number)
    .pipe(z.number().min(1, limit).max(MOST, limit))
    .default(USUAL),
  before: z.string({ error: UNKNOWN_PLACE }).refine(isId, UNKNOWN_PLACE).optional(),
});
