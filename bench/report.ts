import type { Row, Section, Unit } from './section.ts';
import type { Spread } from './statistics.ts';

/** A section as people read it: its figures in line, and whether its targets are met. */
export function report({ title, about, spread = 'least–most', versus, rows }: Section): string {
  const columns: readonly Column[] = [
    { heading: '', cell: (row) => row.what, side: 'left' },
    { heading: 'median', cell: (row) => withUnit(row.figures.median, row.unit), side: 'right' },
    { heading: spread, cell: (row) => range(row.figures, row.unit), side: 'right' },
    { heading: versus ?? '', cell: ({ ratio }) => (ratio === undefined ? '' : ratioText(ratio)), side: 'left' },
    { heading: 'to reach', cell: ({ target }) => targetText(target), side: 'left' },
  ];
  const used = columns.filter(({ cell }, index) => index === 0 || rows.some((row) => cell(row) !== ''));
  const widths = used.map(({ heading, cell }) => Math.max(heading.length, ...rows.map((row) => cell(row).length)));
  const line = (cells: readonly string[]) =>
    `  ${cells
      .map((cell, n) => (used[n]?.side === 'left' ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join('  ')}`.trimEnd();
  return [
    title,
    ...about.map((sentence) => `  ${sentence}`),
    '',
    line(used.map(({ heading }) => heading)),
    ...rows.map((row) => line(used.map(({ cell }) => cell(row)))),
  ].join('\n');
}

interface Column {
  readonly heading: string;
  readonly side: 'left' | 'right';
  cell(row: Row): string;
}

const ratioText = ({ median, low, high }: Spread) => `${median.toFixed(2)}x (${low.toFixed(2)}–${high.toFixed(2)})`;
const targetText = (target: Row['target']) =>
  target === undefined ? '' : `${target.text}: ${target.isMet ? 'met' : 'MISSED'}`;
const range = ({ low, high }: Spread, unit: Unit) => (low === high ? '' : `${figure(low)}–${withUnit(high, unit)}`);
const withUnit = (value: number, unit: Unit) => `${figure(value)}${unit === '/s' ? '' : ' '}${unit}`;

/** Three digits tell enough. */
function figure(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
