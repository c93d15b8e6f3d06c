import type { DeadLetter } from '../domain/ports.ts';
import { CannotDo, command, WrongUse } from './command.ts';
import { needConfig } from './need-config.ts';
import { table } from './table.ts';
import { withStore } from './with-store.ts';

/** `tocsin replay`: what could not be delivered, and another try. */
export const replay = command({
  summary: 'Lists dead letters, and queues them again.',
  usage: 'replay [ID… | --all]',
  details: `  ID      the delivery, as the list shows it
  --all   every dead letter

It may be called while the bridge runs; the bridge then delivers them at once.

Examples:
  npm run tocsin -- replay
  npm run tocsin -- replay --all`,
  options: { all: { type: 'boolean' } },
  async run({ values, positionals, json, io }) {
    if (values.all && positionals.length > 0) throw new WrongUse('give ids or --all, not both.');
    return withStore(needConfig(io), io, async (store) => {
      const dead = await store.deadLetters();
      if (!values.all && positionals.length === 0) {
        io.print(json ? JSON.stringify({ deadLetters: dead.map(shown) }) : list(dead));
        return 0;
      }
      const unknown = positionals.filter((id) => !dead.some(({ delivery }) => delivery.id === id));
      if (unknown.length > 0)
        throw new CannotDo(`no dead letter has the id ${unknown.join(', ')}. Nothing was queued.`);
      const queued = await store.replay(values.all ? 'all' : positionals);
      io.print(json ? JSON.stringify({ queued }) : `Queued again: ${queued}.`);
      return 0;
    });
  },
});

const shown = ({ delivery, incident }: DeadLetter) => ({
  id: delivery.id,
  destination: delivery.destination,
  incident,
  attempts: delivery.attempt,
  error: delivery.error ?? '',
});

function list(dead: readonly DeadLetter[]): string {
  if (dead.length === 0) return 'There are no dead letters.';
  return table(
    ['ID', 'DESTINATION', 'INCIDENT', 'ATTEMPTS', 'ERROR'],
    dead
      .map(shown)
      .map((letter) => [
        letter.id,
        letter.destination,
        `${letter.incident.title} (${letter.incident.status})`,
        String(letter.attempts),
        letter.error,
      ]),
  );
}
