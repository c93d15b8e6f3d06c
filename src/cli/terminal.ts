import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import type { Io, Questions } from './command.ts';
import { printable } from './printable.ts';

/** What of a process a command sees. */
export interface Caller extends Pick<NodeJS.Process, 'cwd' | 'env'> {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Where a command is run from: a person's terminal, or a script. */
export function terminal({ cwd, env, stdin, stdout, stderr }: Caller): Io {
  const [said, noted] = [writing(stdout), writing(stderr)];
  return {
    folder: cwd(),
    env,
    print: (text) => said.write(`${printable(text)}\n`),
    isRead: said.isRead,
    note: (text) => noted.write(`${printable(text)}\n`),
    stdin: () => buffer(stdin),
    questions: () => questions(stdin, stderr),
  };
}

/** Whoever reads may stop (`| head -1`): what comes after is for nobody, and no fault. */
function writing(stream: NodeJS.WritableStream) {
  let isRead = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isRead && error.code !== 'EPIPE') throw error;
    isRead = false;
  });
  return { write: (text: string) => void (isRead && stream.write(text)), isRead: () => isRead };
}

/** Lines are taken one by one: those that a pipe brings before they are asked for are not lost. */
function questions(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Questions {
  const reading = createInterface({ input, output });
  const lines = reading[Symbol.asyncIterator]();
  let isOver = false; // the input ended: what it brought is still read
  reading.once('close', () => {
    isOver = true;
  });
  return {
    async ask(question) {
      reading.setPrompt(question);
      if (isOver) output.write(question);
      else reading.prompt();
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
    close: () => reading.close(),
  };
}
