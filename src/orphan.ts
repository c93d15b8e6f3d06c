const LOOK_EVERY_MS = 250;

/**
 * Calls `orphaned` when the shell that npm started this process in is gone: npm hands a SIGTERM to that shell, which does not pass it on, and SIGHUP ends both.
 * Not under npm it does nothing: whoever starts a process without it may leave.
 */
export function onOrphaned(orphaned: () => void, env: NodeJS.ProcessEnv = process.env): void {
  if (env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    orphaned();
  }, LOOK_EVERY_MS).unref();
}
