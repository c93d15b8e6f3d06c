import { DatabaseSync } from 'node:sqlite';

/** Reads the whole file once, and answers what is wrong with it; `ok`: nothing. https://www.sqlite.org/pragma.html#pragma_quick_check */
function check(path: string): string {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    return String(database.prepare('pragma quick_check(1)').get()?.quick_check);
  } catch (error) {
    return (error as Error).message;
  }
}

process.send?.(check(process.argv[2] ?? ''));
