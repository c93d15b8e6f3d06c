import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isInstalled, missingSdk, SDKS } from '../../src/runbooks/sdk.ts';

test('the SDKs are optional, and of the versions that are tested', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(text);
  expect(peerDependencies).toEqual(SDKS);
  expect(devDependencies).toMatchObject(SDKS);
  for (const name of Object.keys(SDKS)) {
    expect(peerDependenciesMeta[name]).toEqual({ optional: true });
    expect(dependencies).not.toHaveProperty(name);
  }
});

test('what is installed is known without being loaded', () => {
  expect(Object.keys(SDKS).map(isInstalled)).toEqual([true, true]);
  expect(isInstalled('@nowhere/at-all')).toBe(false);
});

test('where one is missing, the command that brings it is told', () => {
  expect(missingSdk('@google-cloud/bigquery', () => false)).toEqual([
    {
      path: ['run'],
      message: 'It needs the package @google-cloud/bigquery, which is not installed.',
      cure: `npm install --omit=dev --save-prod --save-exact @google-cloud/bigquery@${SDKS['@google-cloud/bigquery']}`,
    },
  ]);
  expect(missingSdk('@google-cloud/bigquery')).toEqual([]);
});
