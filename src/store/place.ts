import { statSync } from 'node:fs';

/** What is written now would not be found at the next start: another file stands at the path, or none. */
export class DatabaseMoved extends Error {
  override readonly name = 'DatabaseMoved';
  readonly code = 'database_moved';
  readonly file: string;
  readonly cure = 'Put that very file back, or restart Tocsin: it goes on with what stands there then.';
  constructor(message: string, file: string, options?: ErrorOptions) {
    super(message, options);
    this.file = file;
  }
}

/**
 * Remembers which files are open. The answer throws DatabaseMoved while others stand at their paths: SQLite itself would go
 * on writing into a file that was deleted. It costs some 3 µs, so that every commit can afford it.
 */
export function placeOf(path: string): () => void {
  const files = [
    { file: path, what: 'the database file' },
    { file: `${path}-wal`, what: "the database's -wal file" }, // the newest commits are in here alone
  ].map((one) => ({ ...one, opened: identityOf(one.file, one.what) }));
  const held = files.filter(({ opened }) => opened !== undefined);
  return () => {
    for (const { file, what, opened } of held) {
      const now = identityOf(file, what);
      if (now === undefined) throw new DatabaseMoved(`${what} was moved or deleted while it was open`, file);
      if (now !== opened) throw new DatabaseMoved(`${what} was replaced while it was open`, file);
    }
  };
}

function identityOf(file: string, what: string): string | undefined {
  try {
    const found = statSync(file, { bigint: true, throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}`;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new DatabaseMoved(`${what} can no longer be reached (${code ?? message})`, file, { cause });
  }
}
