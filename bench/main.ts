import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { leaveNothing } from './leftovers.ts';
import { burst } from './parts/burst.ts';
import { cards } from './parts/cards.ts';
import { ingest } from './parts/ingest.ts';
import { latency } from './parts/latency.ts';
import { size } from './parts/size.ts';
import { slowDisk } from './parts/slow-disk.ts';
import { startUp } from './parts/start.ts';
import { report } from './report.ts';
import type { Part, Section } from './section.ts';

const PARTS: readonly Part[] = [ingest, latency, burst, startUp, size, slowDisk, cards];

const USAGE = `Measures what Tocsin costs, here and now. Speed is told, never judged: it fails only where something broke.

Use: npm run bench -- [part …] [--rounds N] [--large] [--json]

${PARTS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}

  --rounds   of each measurement; default 3
  --large    also what takes minutes
  --json     the figures as JSON on stdout`;

/** `npm run bench`. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      large: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((name) => !PARTS.some((part) => part.name === name));
  const rounds = Number(values.rounds);
  const isWrong = unknown !== undefined || !Number.isInteger(rounds) || rounds < 1;
  if (values.help || isWrong) {
    if (unknown !== undefined) console.error(`There is no part "${unknown}".\n`);
    process.stdout.write(`${USAGE}\n`);
    process.exitCode = isWrong ? 2 : 0;
    return;
  }

  leaveNothing();
  const machine = {
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    load: loadavg()[0] ?? 0,
  };
  if (!values.json)
    console.log(
      `Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), load average before the start ${machine.load.toFixed(1)}`,
    );
  const sections: Record<string, Section> = {};
  for (const part of PARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const section = await part.measure({ rounds, large: values.large });
    sections[part.name] = section;
    if (!values.json) console.log(`\n${report(section)}`);
  }
  if (values.json) console.log(JSON.stringify({ machine, sections }, null, 2));
}

await main();
