import type { ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>['values'];

/** What a command is called with. Its answer goes to `print`, everything else to `note`. */
export interface Call<O extends Options = Options> {
  readonly values: Values<O>;
  readonly positionals: readonly string[];
  readonly json: boolean;
  readonly io: Io;
}

/** The process around a command. */
export interface Io {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  print(text: string): void; // stdout
  isRead(): boolean; // whether anybody still reads what is printed
  note(text: string): void; // stderr
  stdin(): Promise<Buffer>; // all of it
  questions(): Questions;
}

/** Questions on stderr, each answered by one line of stdin; undefined: there are no more lines. */
export interface Questions {
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

/** One command of `tocsin`. `run` answers the exit code: 0 well, 1 a fault found. */
export interface Command {
  readonly summary: string; // one line
  readonly usage: string;
  readonly details: string; // what it does, its options, examples
  readonly options: Options;
  run(call: Call): Promise<number>;
}

/** A command whose `run` sees the types of its own options. */
export function command<const O extends Options>(
  parts: Omit<Command, 'options' | 'run'> & { readonly options: O; run(call: Call<O>): Promise<number> },
): Command {
  return parts as unknown as Command;
}

/** The command was not called as it must be: exit 2. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
  readonly code = 'wrong_use';
}

/** It was called well and cannot do it: said in a sentence, exit 1. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo';
  readonly code = 'cannot_do';
}
