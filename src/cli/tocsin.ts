import { parseArgs } from 'node:util';
import { FaultsFound } from '../domain/errors.ts';
import { CannotDo, type Command, type Io, WrongUse } from './command.ts';
import { printFaults } from './faults.ts';

/** Each is loaded when it is called: none waits for what only another one needs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./check.ts')).check,
  route: async () => (await import('./route.ts')).route,
  preview: async () => (await import('./preview.ts')).preview,
  send: async () => (await import('./send.ts')).send,
  replay: async () => (await import('./replay.ts')).replay,
  silence: async () => (await import('./silence.ts')).silence,
  audit: async () => (await import('./audit.ts')).audit,
  init: async () => (await import('./init.ts')).init,
  manifest: async () => (await import('./manifest.ts')).manifest,
};

/** Runs one command line. Answers the exit code: 0 well, 1 a fault found, 2 wrong use. */
export async function tocsin(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.print(await overview());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined;
  if (command === undefined) {
    io.note(`tocsin: there is no command "${name}".\n\n${await overview()}`);
    return 2;
  }
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help === true) {
      io.print(help(command));
      return 0;
    }
    return await command.run({ values, positionals, json: values.json === true, io });
  } catch (error) {
    return failed(error, `tocsin ${name}`, command.usage, rest.includes('--json'), io);
  }
}

function failed(error: unknown, called: string, usage: string, json: boolean, io: Io): number {
  if (error instanceof FaultsFound) {
    printFaults(error.faults, json, io);
    return 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (error instanceof WrongUse || code.startsWith('ERR_PARSE_ARGS')) {
    io.note(`${called}: ${message}\nUse: npm run tocsin -- ${usage}`);
    return 2;
  }
  if (json) io.print(JSON.stringify({ error: message }));
  io.note(`${called}: ${error instanceof CannotDo ? '' : 'failed: '}${message}`);
  return 1;
}

async function overview(): Promise<string> {
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(9)}${(await load()).summary}`),
  );
  return [
    'Use: npm run tocsin -- <command> [options]',
    '',
    ...commands,
    '',
    'Every command takes --json, for programs, and --help. Exit: 0 well, 1 a fault found, 2 wrong use.',
  ].join('\n');
}

function help({ summary, usage, details }: Command): string {
  return `${summary}\n\nUse: npm run tocsin -- ${usage}\n\n${details}`;
}
