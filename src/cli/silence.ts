import { userInfo } from 'node:os';
import { FaultsFound } from '../domain/errors.ts';
import type { Actor, Silence } from '../domain/model.ts';
import { silenceOf } from '../pipeline/silence.ts';
import { parseMatchers } from '../routing/grammar.ts';
import { type Call, CannotDo, command, WrongUse } from './command.ts';
import { needConfig } from './need-config.ts';
import { table } from './table.ts';
import { withStore } from './with-store.ts';

const OPTIONS = { for: { type: 'string' }, why: { type: 'string' } } as const;

/** `tocsin silence`: what is kept quiet, for how long, and why. */
export const silence = command({
  summary: 'Lists silences, makes one, or ends one.',
  usage: 'silence [add MATCHERS --for DURATION --why TEXT | end ID]',
  details: `  add MATCHERS      new incidents that all matchers hold for are told nowhere but in the console
  --for DURATION    for how long: 90s, 15m, 2h
  --why TEXT        the reason, for whoever misses an alert
  end ID            ends one before its time; what still fires is told then

Matchers are written as in routes. It may be called while the bridge runs.

Examples:
  npm run tocsin -- silence
  npm run tocsin -- silence add 'monitor=~"db-.*", severity=warning' --for 2h --why 'disk is being replaced'
  npm run tocsin -- silence end 1m86zgkv45t15xr7`,
  options: OPTIONS,
  async run(call) {
    const [what, ...rest] = call.positionals;
    switch (what) {
      case undefined:
        return list(call);
      case 'add':
        return add(call, rest);
      case 'end':
        return end(call, rest);
      default:
        throw new WrongUse(`there is no "silence ${what}".`);
    }
  },
});

type Given = Call<typeof OPTIONS>;

async function list({ json, io }: Given): Promise<number> {
  const active = await withStore(needConfig(io), io, (store) => store.silences.active());
  if (json) io.print(JSON.stringify({ silences: active.map(shown) }));
  else if (active.length === 0) io.print('There are no silences.');
  else {
    const rows = active.map(shown).map(({ id, matchers, until, by, why }) => [id, until, by, matchers, why]);
    io.print(table(['ID', 'UNTIL', 'BY', 'MATCHERS', 'WHY'], rows));
  }
  return 0;
}

async function add({ values, json, io }: Given, [matchers, ...more]: readonly string[]): Promise<number> {
  if (matchers === undefined || more.length > 0) throw new WrongUse('give the matchers as one argument, in quotes.');
  if (values.for === undefined || values.why === undefined) throw new WrongUse('--for and --why are needed.');
  const read = parseMatchers('MATCHERS', matchers);
  if ('faults' in read) throw new FaultsFound(read.faults);
  const made = silenceOf({ matchers, length: values.for, why: values.why }, caller(), Date.now());
  if (made.kind !== 'done') {
    const problems = made.kind === 'invalid_input' ? made.problems : [];
    throw new CannotDo(problems.map(({ path, message }) => `${NAMES.get(path) ?? path}: ${message}`).join(' '));
  }
  await withStore(needConfig(io), io, (store) => store.silences.add(made.silence));
  const { id, until } = shown(made.silence);
  io.print(json ? JSON.stringify(shown(made.silence)) : `${id} holds until ${until}.`);
  return 0;
}

async function end({ json, io }: Given, [id, ...more]: readonly string[]): Promise<number> {
  if (id === undefined || more.length > 0) throw new WrongUse('give the id of one silence.');
  const isEnded = await withStore(needConfig(io), io, (store) => store.silences.end(id, caller()));
  if (!isEnded) throw new CannotDo(`no silence that lasts has the id ${id}.`);
  io.print(
    json ? JSON.stringify({ ended: id }) : 'Ended: what still fires is told now, unless another silence holds for it.',
  );
  return 0;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['length', '--for'],
  ['why', '--why'],
]);

const shown = ({ id, matchers, madeAt, until, why, by }: Silence) => ({
  id,
  matchers,
  since: new Date(madeAt).toISOString(),
  until: new Date(until).toISOString(),
  by: by.name,
  why,
});

/** Whoever may open the database is who the machine says they are. */
function caller(): Actor {
  const name = nameOfUser();
  return { platform: 'cli', id: name, name };
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'tocsin'; // a user without an entry, as in some containers
  }
}
