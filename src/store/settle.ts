import { type Selectable, sql, type Transaction } from 'kysely';
import type { Failure } from '../domain/errors.ts';
import type { Outcome } from '../domain/ports.ts';
import { upserting } from './by-size.ts';
import { inParts } from './in-parts.ts';
import type { Tables } from './tables.ts';

type Row = Selectable<Tables['deliveries']> &
  Pick<Selectable<Tables['messages']>, 'kind' | 'generation' | 'sending_since' | 'remote'> & {
    readonly to_tell: number;
  };

/** Writes what became of attempts in a lane, whatever their number with two statements. Answers the incidents. */
export async function settleAll(
  trx: Transaction<Tables>,
  destination: string,
  outcomes: readonly Outcome[],
  around: { readonly now: number; readonly wasSent: (delivery: string) => boolean },
): Promise<readonly string[]> {
  const ids = [...new Set(outcomes.map(({ delivery }) => delivery))];
  const rows = new Map((await load(trx, destination, ids)).map((row) => [row.id, row]));
  for (const outcome of outcomes) {
    const row = rows.get(outcome.delivery);
    if (row !== undefined) rows.set(row.id, settled(row, outcome, around.now, around.wasSent(row.id)));
  }
  const changed = await Promise.all([...rows.values()].map((row) => waitingForLine(trx, row)));
  await writeDeliveries(trx, changed.map(deliveryOf));
  await writeMessages(trx, changed.map(messageOf));
  return changed.map(({ incident }) => incident);
}

function settled(row: Row, outcome: Outcome, now: number, wasSent: boolean): Row {
  const { message, failure, retryIn } = outcome;
  const generation = outcome.generation ?? row.generation;
  const isAnew = generation !== row.generation;
  const remote = message === undefined ? (isAnew ? null : row.remote) : JSON.stringify(message);
  const shown = outcome.shown ?? (isAnew ? 0 : row.shown);
  const told = outcome.told ?? row.told;
  const isKnown =
    message !== undefined ||
    outcome.generation !== undefined ||
    outcome.shown !== undefined ||
    // Where nothing was posted this time, an earlier post may still have arrived.
    (failure !== undefined && failure.reason !== 'unknown_outcome' && wasSent);
  const next = { ...row, generation, remote, shown, told, sending_since: isKnown ? null : row.sending_since };

  if (failure !== undefined) {
    const failed = { ...next, attempt: row.attempt + 1, error: errorText(failure) };
    return retryIn === undefined ? { ...failed, dead: 1, due_at: null } : { ...failed, due_at: now + retryIn };
  }
  const fine = { ...next, attempt: 0, error: null };
  if (shown >= row.wanted && told >= row.to_tell) return { ...fine, due_at: null, due_since: null };
  // A newer change came meanwhile: it takes its place behind those that waited longer.
  const isOvertaken = outcome.shown !== undefined && shown < row.wanted;
  return { ...fine, due_at: row.due_at ?? now, due_since: isOvertaken ? now : (row.due_since ?? now) };
}

/** Where the card is right, it waits since its next line was written. */
async function waitingForLine(trx: Transaction<Tables>, row: Row): Promise<Row> {
  if (row.due_since === null || row.shown < row.wanted) return row;
  const next = await trx
    .selectFrom('lines')
    .select('at')
    .where('incident', '=', row.incident)
    .where('seq', '>', row.told)
    .where('tell', '!=', 'edit')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return next === undefined ? row : { ...row, due_since: next.at };
}

function errorText({ message, cure }: Failure): string {
  if (cure === undefined) return message;
  return `${message.replace(/[.!?]$/, '')}. ${cure}`;
}

function load(trx: Transaction<Tables>, destination: string, ids: readonly string[]): Promise<readonly Row[]> {
  return inParts(ids, (part) =>
    trx
      .selectFrom('deliveries')
      .innerJoin('incidents', 'incidents.id', 'deliveries.incident')
      .leftJoin('messages', 'messages.id', 'deliveries.message')
      .selectAll('deliveries')
      .select(['incidents.to_tell', 'messages.sending_since', 'messages.remote'])
      .select([
        sql<string>`coalesce(messages.kind, 'card')`.as('kind'),
        sql<number>`coalesce(generation, 0)`.as('generation'),
      ])
      .where('deliveries.id', 'in', part)
      .where('deliveries.destination', '=', destination)
      .execute(),
  );
}

const deliveryOf = ({ to_tell, kind, generation, sending_since, remote, ...delivery }: Row) => delivery;

const writeDeliveries = upserting('deliveries', ['shown', 'told', 'attempt', 'due_at', 'due_since', 'dead', 'error']);

const messageOf = ({ message, destination, kind, generation, sending_since, remote }: Row) => ({
  id: message,
  destination,
  kind,
  generation,
  sending_since,
  remote,
});

const writeMessages = upserting('messages', ['generation', 'sending_since', 'remote']);
