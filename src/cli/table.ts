import { oneLine } from './printable.ts';

/** Rows under their headings, columns in line. */
export function table(headings: readonly string[], values: readonly (readonly string[])[]): string {
  const rows = values.map((row) => row.map(oneLine));
  const widths = headings.map((heading, n) => Math.max(heading.length, ...rows.map((row) => (row[n] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, n) => (n === cells.length - 1 ? cell : cell.padEnd(widths[n] ?? 0)))
      .join('  ')
      .trimEnd();
  return [headings, ...rows].map(line).join('\n');
}
