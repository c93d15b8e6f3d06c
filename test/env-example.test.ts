import { expect, test } from 'vitest';
import { platforms } from '../src/adapters/index.ts';
import { CORE, sourceVariables } from '../src/config/variables.ts';
import type { Variables } from '../src/domain/ports.ts';
import { sources } from '../src/sources/index.ts';

const INTRODUCTION = `\
Every setting of Tocsin. Copy this file to .env, or let "npm run tocsin -- init" write one.
The process environment wins over .env. Every NAME may be given as NAME_FILE: a file that holds the value.
Lists are separated by commas. Single-quote a value with a # or a " in it.
"npm run tocsin -- check" says what is wrong, and where.`;

const comment = (text: string) => text.replaceAll(/^/gm, '# ');

function section(title: string, variables: Variables): string {
  const settings = Object.entries(variables).map(
    ([name, { about, example = '' }]) => `${comment(about)}\n#${exampleName(name)}=${example}`,
  );
  return [comment(`---- ${title}`), ...settings].join('\n\n');
}

/** \`ROUTE_<NAME>\` as somebody would write it. */
const exampleName = (name: string) =>
  name.replace('<NAME>', name.startsWith('PERSON_') ? 'ANNA' : 'URGENT').replace('<ACTION>', 'RUN');

test('.env.example shows every declared variable with what it does, and nothing else', async () => {
  const sections = [
    section('Tocsin', CORE),
    section('Monitors', sourceVariables(sources)),
    ...platforms
      .filter(({ variables }) => Object.keys(variables).length > 0)
      .map(({ name, variables }) => section(name, variables)),
  ];
  await expect(`${[comment(INTRODUCTION), ...sections].join('\n\n')}\n`).toMatchFileSnapshot('../.env.example');
});

test('every example can be used as it stands', () => {
  const wrong = Object.entries({ ...CORE, ...sourceVariables(sources) })
    .filter(([name]) => !name.endsWith('_FILE'))
    .filter(([, { schema, example }]) => !schema.safeParse(example.replaceAll("'", '')).success);
  expect(wrong.map(([name]) => name)).toEqual([]);
});
