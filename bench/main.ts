import { benchCards } from './cards.ts';
import { tableOf } from './table.ts';

/** `npm run bench`: each part prints a table. Every number is of this machine; the ratios are what compares. */
for (const { title, columns, rows } of [await benchCards()]) {
  console.log(`${title}\n\n${tableOf(columns, rows)}\n`);
}
