const UNREACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Whether an error, or what caused it, says that no connection was made: then nothing can have been done. */
export function isUnreached(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && UNREACHED.includes(String(error.code))) || isUnreached(error.cause);
}
