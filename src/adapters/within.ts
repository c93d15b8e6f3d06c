/** For what takes no signal: rejects after `ms`. What it was asked may go on. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1_000} s`)), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
