import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * What Node makes of each file (types stripped, code compiled) is kept beside the packages for the next start: it is a third of the time
 * that a start takes. It is written when the process ends in order, or when writeCompiled is called; where nothing may be written there, it is
 * made anew each time. To be called before anything large is imported.
 */
export function keepCompiled(): void {
  enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'tocsin'));
}

/** For a process that may be killed before it ends: a tenth of a second the first time, nothing once all is kept. */
export const writeCompiled = flushCompileCache;
