export interface Row {
  readonly what: string;
  readonly median: string;
  readonly p99: string;
}

/** Rows with their figures in line. */
export function table(title: string, rows: readonly Row[]): string {
  const wide = (pick: (row: Row) => string) => Math.max(...rows.map((row) => pick(row).length));
  const [what, median, p99] = [wide((row) => row.what), wide((row) => row.median), wide((row) => row.p99)];
  const line = (row: Row) => `  ${row.what.padEnd(what)}  ${row.median.padStart(median)}  p99 ${row.p99.padStart(p99)}`;
  return [title, ...rows.map(line)].join('\n');
}
