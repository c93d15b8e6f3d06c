import { parseArgs } from 'node:util';

/** How a demo may be called. */
export interface Usage<Flag extends string> {
  readonly script: string; // of package.json
  readonly about: string; // what it does, and its settings
  readonly flags: readonly Flag[];
}

/** The flags that the demo was called with. `--help` is answered here, exit 0; what nobody knows is exit 2. */
export function demoFlags<const Flag extends string>({ script, about, flags }: Usage<Flag>): ReadonlySet<Flag> {
  const known = Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const }]));
  try {
    const { values } = parseArgs({ options: { ...known, help: { type: 'boolean', short: 'h' } } });
    if (values.help !== true) return new Set(flags.filter((flag) => flag in values));
    process.stdout.write(`${about}\n`);
    process.exit(0);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_PARSE_ARGS')) throw error;
    const [sentence = message] = message.split('. '); // what follows is about programs that take files
    process.stderr.write(`${script}: ${sentence.replace(/\.$/, '')}. Its help: npm run ${script} -- --help\n`);
    process.exit(2);
  }
}
