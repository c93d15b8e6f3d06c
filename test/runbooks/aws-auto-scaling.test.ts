import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunContext } from '../../src/domain/ports.ts';
import { awsAutoScaling } from '../../src/runbooks/aws-auto-scaling.ts';
import { runbookKindContract, runOnce } from '../contracts/runbook-kind.ts';
import { type Account, type Group, startAutoScaling } from '../support/wire/auto-scaling.ts';
import type { WireAnswer } from '../support/wire/server.ts';
import { read, rendered } from './rendered.ts';

const account = (name: string, desired: number, more: Partial<Account> = {}) => {
  const groups: Record<string, Group> = { web: { min: 1, max: 10, desired } };
  return { accessKeyId: `AKIA${name}`, secretAccessKey: `secret/of+${name}`, groups, ...more };
};
const one = account('ONE', 2);
const two = account('TWO', 5, { sessionToken: 'session//of+two==' });
let trouble: (action: string) => WireAnswer | undefined = () => undefined;
const server = await startAutoScaling([one, two], (action) => trouble(action));
afterAll(server.close);
beforeEach(() => {
  trouble = () => undefined;
  one.groups['web'] = { min: 1, max: 10, desired: 2 };
  two.groups['web'] = { min: 1, max: 10, desired: 5 };
});

const secretsOf = ({ accessKeyId, secretAccessKey, sessionToken }: Account) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
});
const spec = (more: object = {}) => ({
  ...{ group: 'web', region: 'eu-west-1', desired: '4', min: 1, max: 8, endpoint: server.url },
  ...more,
});
const run = (more: object = {}, context: Partial<RunContext> = {}) =>
  runOnce(awsAutoScaling, spec(more), { folder: '.', secrets: secretsOf(one), ...context });
const since = async (act: () => Promise<unknown>) => {
  const before = server.actions().length;
  await act();
  return server.actions().slice(before);
};

runbookKindContract({
  kind: awsAutoScaling,
  folder: '.',
  secrets: secretsOf(one),
  succeeds: () => spec(),
  gives: {
    output: 'web in eu-west-1: desired 2 -> 4\n',
    response: { group: 'web', region: 'eu-west-1', before: 2, after: 4 },
  },
  fails: () => spec({ group: 'nowhere' }),
  endless: () => {
    trouble = () => 'silence';
    return spec();
  },
  shows: [
    { spec: () => spec(), secrets: secretsOf(one), output: 'desired 2 -> 4' },
    { spec: () => spec(), secrets: secretsOf(two), output: 'desired 5 -> 4' },
  ],
});

test('a group is set to what is desired, and told before and after', async () => {
  const actions = await since(async () => expect(await run()).toMatchObject({ summary: 'desired 2 -> 4' }));
  expect(actions).toEqual(['DescribeAutoScalingGroups', 'SetDesiredCapacity']);
  expect(one.groups['web']?.desired).toBe(4);
});

test('a group that is so already is left alone', async () => {
  const actions = await since(async () =>
    expect(await run({ desired: 2 })).toMatchObject({ kind: 'succeeded', summary: 'desired is 2 already' }),
  );
  expect(actions).toEqual(['DescribeAutoScalingGroups']);
});

describe('no value passes the bounds', () => {
  test.each([
    ['9999', '9999 is more than "max", which is 8'],
    ['9', '9 is more than "max", which is 8'],
    ['0', '0 is less than "min", which is 1'],
    ['', '"" is no number of instances'],
    ['-1', '"-1" is no number of instances'],
    ['+4', '"+4" is no number of instances'],
    ['4.5', '"4.5" is no number of instances'],
    ['4e1', '"4e1" is no number of instances'],
    ['0x4', '"0x4" is no number of instances'],
    ['٤', '"٤" is no number of instances'],
    ['4&DesiredCapacity=9', '"4&DesiredCapacity=9" is no number of instances'],
    ['4, 9', '"4, 9" is no number of instances'],
    ['99999999999999999999', '"99999999999999999999" is no number of instances'],
  ])('%s is refused, and AWS is not asked', async (count, why) => {
    const lines = `run: aws-auto-scaling
group: web
region: eu-west-1
desired: "{{ inputs.count }}"
min: 1
max: 8
endpoint: ${server.url}
inputs: { count: { label: How many } }`;
    const keys = (await rendered(lines, { inputs: { count } })) as object;
    const actions = await since(async () =>
      expect(await run(keys)).toMatchObject({ kind: 'failed', summary: `not run: ${why}` }),
    );
    expect(actions).toEqual([]);
  });

  test("the group's own bounds hold too, as AWS says", async () => {
    one.groups['web'] = { min: 1, max: 3, desired: 2 };
    expect(await run()).toMatchObject({
      kind: 'failed',
      summary: 'AWS: ValidationError: New SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup.',
    });
  });
});

describe('credentials', () => {
  test('with a wrong secret are refused by their signature', async () => {
    const secrets = { ...secretsOf(one), AWS_SECRET_ACCESS_KEY: 'another' };
    expect(await run({}, { secrets })).toMatchObject({
      kind: 'failed',
      summary: 'AWS: SignatureDoesNotMatch: The signature is another.',
    });
  });

  test("are the SDK's own where the runbook names none", async () => {
    const before = { ...process.env };
    Object.assign(process.env, secretsOf(two));
    try {
      expect(await run({}, { secrets: {} })).toMatchObject({ kind: 'succeeded', summary: 'desired 5 -> 4' });
    } finally {
      for (const name of Object.keys(secretsOf(two))) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});

describe('a lost answer', () => {
  const once = (wanted: string, answer: WireAnswer) => {
    let left = 1;
    trouble = (action) => (action === wanted && left-- > 0 ? answer : undefined);
  };

  test.each<[string, WireAnswer]>([
    ['a broken connection', 'reset'],
    ['an error of AWS', { status: 500, body: '' }],
  ])('by %s changes it once, to the same', async (_what, answer) => {
    once('SetDesiredCapacity', answer);
    expect(await run()).toMatchObject({ kind: 'succeeded', summary: 'desired 2 -> 4' });
    expect(one.groups['web']?.desired).toBe(4);
  });

  test('for good is looked at again: what was done is known', async () => {
    trouble = (action) => (action === 'SetDesiredCapacity' ? { status: 500, body: '' } : undefined);
    expect(await run()).toMatchObject({ kind: 'succeeded', summary: 'desired 2 -> 4' });
  });

  test('at the end of its time is an outcome that nobody knows', async () => {
    const control = new AbortController();
    trouble = (action) => {
      if (action !== 'SetDesiredCapacity') return undefined;
      setTimeout(() => control.abort('timed_out'), 20);
      return 'silence';
    };
    const result = await run({}, { signal: control.signal });
    expect(result.kind).toBe('unknown');
    expect(result.summary).toMatch(/^desired was 2; whether it became 4 is not known .*: look at the group$/);
  });
});

describe('a fault is told at the start', () => {
  const GOOD = `group: web\nregion: eu-west-1\ndesired: "{{ inputs.n }}"\nmin: 1\nmax: 8\ninputs: { n: { label: n } }`;
  test.each([
    [
      'a value as the group',
      'group: web',
      'group: "{{ labels.group }}"',
      'the group is fixed, so no value may stand in it',
    ],
    ['a value as the region', 'eu-west-1', '"{{ labels.region }}"', 'the region is fixed'],
    ['no region', 'eu-west-1', 'Ireland', 'the region is written like eu-west-1'],
    ['a value as a bound', 'max: 8', 'max: "{{ inputs.n }}"', '"max"'],
    ['no bound', 'max: 8\n', '', 'The key "max" is missing.'],
    ['bounds that cross', 'min: 1', 'min: 9', '"min" is more than "max".'],
    ['a desired out of bounds', '"{{ inputs.n }}"', '9', '9 is more than "max", which is 8.'],
    [
      'half of the credentials',
      'min: 1',
      'secrets: [AWS_ACCESS_KEY_ID]\nmin: 1',
      "One half of AWS's credentials is missing.",
    ],
    ['a value as the endpoint', 'min: 1', 'endpoint: "http://{{ labels.host }}"\nmin: 1', 'the endpoint is fixed'],
  ])('%s', async (_what, from, to, told) => {
    const { faults } = await read(`run: aws-auto-scaling\n${GOOD.replace(from, to)}`);
    expect(faults.join('\n')).toContain(told);
  });

  test('none where all is well', async () => {
    expect((await read(`run: aws-auto-scaling\n${GOOD}`)).faults).toEqual([]);
  });
});
