import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import type { Io, Questions } from './command.ts';
import { tocsin } from './tocsin.ts';

/** What a monitor or a platform wrote may reach a terminal: no control character of it does. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
const printable = (text: string) => text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ');

const io: Io = {
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

process.exitCode = await tocsin(process.argv.slice(2), io);
