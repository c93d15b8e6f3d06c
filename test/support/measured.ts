/** What a process holds, after a collection of garbage. */
export interface Measured {
  readonly rss: number; // bytes
  readonly heap: number; // bytes
  readonly files: number; // descriptors
  readonly sockets: number;
  readonly timers: number;
  readonly listeners: number; // of the process
}

/** Begins the line that says it. */
export const MEASURED = 'measured ';
