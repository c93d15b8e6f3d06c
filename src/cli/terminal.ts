import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import type { Io, Questions } from './command.ts';
import { printable } from './printable.ts';

/** Where a command is run from: a person's terminal, or a script. */
export const terminal: Io = {
  folder: process.cwd(),
  env: process.env,
  print: (text) => void process.stdout.write(`${printable(text)}\n`),
  note: (text) => void process.stderr.write(`${printable(text)}\n`),
  stdin: () => buffer(process.stdin),
  questions,
};

/** Lines are taken one by one: those that a pipe brings before they are asked for are not lost. */
function questions(): Questions {
  const reading = createInterface({ input: process.stdin, output: process.stderr });
  const lines = reading[Symbol.asyncIterator]();
  return {
    async ask(question) {
      reading.setPrompt(question);
      reading.prompt();
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
    close: () => reading.close(),
  };
}
