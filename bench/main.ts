import { cpus } from 'node:os';
import { cards } from './cards.ts';
import { table } from './table.ts';

/** `npm run bench`: what things cost, measured here and now. */
console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})\n`);
console.log(table('A card: median and p99', await cards()));
