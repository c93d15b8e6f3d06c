import { FaultsFound } from '../domain/errors.ts';

/** A database that cannot be opened, in the admin's words. */
export function fault(message: string, cure: string, cause?: unknown): FaultsFound {
  const found = new FaultsFound([{ place: 'DATABASE_URL', message, cure }]);
  if (cause !== undefined) found.cause = cause;
  return found;
}
