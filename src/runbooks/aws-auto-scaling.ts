import type { AutoScalingClient, AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { z } from 'zod';
import type { Texts } from '../domain/model.ts';
import type { RunbookKind, RunContext, RunResult, SpecFault } from '../domain/ports.ts';
import { fixedEndpoint, fixedText } from './fixed.ts';
import { isInstalled, missingSdk } from './sdk.ts';

const SDK = '@aws-sdk/client-auto-scaling';
const KEY = 'AWS_ACCESS_KEY_ID';
const SECRET = 'AWS_SECRET_ACCESS_KEY';
const SESSION = 'AWS_SESSION_TOKEN';

const BOUND = z.int().min(0).max(100_000);
const SPEC = z.strictObject({
  group: fixedText('the group'),
  region: fixedText('the region', /^[a-z]{2,}(?:-[a-z]+)+-\d+$/, 'written like eu-west-1'),
  desired: z.union([z.int(), z.string()]),
  min: BOUND,
  max: BOUND,
  endpoint: fixedEndpoint.optional(),
});
type Spec = z.infer<typeof SPEC>;

/** Sets the desired capacity of one group, within bounds that no value can pass. */
export const awsAutoScaling: RunbookKind<Spec> = {
  name: 'aws-auto-scaling',
  spec: SPEC,
  encode: () => ({ desired: 'argument' }),
  faults: async (spec, _folder, secrets) => [...missingSdk(SDK), ...boundFaults(spec), ...secretFaults(secrets)],
  run,
};

function boundFaults({ desired, min, max }: Spec): readonly SpecFault[] {
  if (min > max) return [{ path: ['min'], message: '"min" is more than "max".', cure: 'Correct one of them.' }];
  if (typeof desired === 'string' && /\{[{%]/.test(desired)) return [];
  const why = outOfBounds({ desired, min, max });
  return why === undefined ? [] : [{ path: ['desired'], message: `${why}.`, cure: 'Correct it.' }];
}

function secretFaults(secrets: readonly string[]): readonly SpecFault[] {
  if (secrets.includes(KEY) === secrets.includes(SECRET)) return [];
  const cure = `Name both ${KEY} and ${SECRET}, or none of them.`;
  return [{ path: ['secrets'], message: "One half of AWS's credentials is missing.", cure }];
}

/** Never made to fit: who asked for too many must know. */
function outOfBounds({ desired, min, max }: Pick<Spec, 'desired' | 'min' | 'max'>): string | undefined {
  const text = String(desired).trim();
  if (!/^\d{1,9}$/.test(text)) return `"${text.slice(0, 40)}" is no number of instances`;
  if (Number(text) > max) return `${Number(text)} is more than "max", which is ${max}`;
  return Number(text) < min ? `${Number(text)} is less than "min", which is ${min}` : undefined;
}

async function run(spec: Spec, { secrets, signal, output }: RunContext): Promise<RunResult> {
  const why = outOfBounds(spec);
  if (why !== undefined) return failed(`not run: ${why}`);
  if (!isInstalled(SDK)) return failed(`not run: the package ${SDK} is not installed`);
  const aws = await import('@aws-sdk/client-auto-scaling');
  const { group, region, endpoint } = spec;
  const wanted = Number(spec.desired);
  const client = new aws.AutoScalingClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...credentialsOf(secrets),
  });
  const look = () => groupOf(aws, client, group, signal);
  let before: number | undefined;
  try {
    before = (await look())?.DesiredCapacity;
    if (before === undefined) return failed(`there is no group ${group} in ${region}`);
    if (before !== wanted) {
      const asked = { AutoScalingGroupName: group, DesiredCapacity: wanted, HonorCooldown: false };
      await client.send(new aws.SetDesiredCapacityCommand(asked), { abortSignal: signal });
    }
  } catch (error) {
    const refused = error instanceof aws.AutoScalingServiceException && (error.$metadata.httpStatusCode ?? 500) < 500;
    if (refused) return failed(`AWS: ${error.name}: ${error.message}`);
    if (before === undefined) return failed(`AWS could not be asked: ${wordOf(error)}`);
    const now = await look().catch(() => undefined);
    if (now?.DesiredCapacity !== wanted) {
      const summary = `desired was ${before}; whether it became ${wanted} is not known (${wordOf(error)}): look at the group`;
      return { kind: 'unknown', summary };
    }
  } finally {
    client.destroy();
  }
  output(Buffer.from(`${group} in ${region}: desired ${before} -> ${wanted}\n`));
  const summary = before === wanted ? `desired is ${wanted} already` : `desired ${before} -> ${wanted}`;
  return { kind: 'succeeded', summary, response: { group, region, before, after: wanted } };
}

/** Those that the runbook names, else what the SDK finds by itself: a role of the machine, a profile. */
function credentialsOf({ [KEY]: accessKeyId, [SECRET]: secretAccessKey, [SESSION]: sessionToken }: Texts) {
  if (accessKeyId === undefined || secretAccessKey === undefined) return {};
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } };
}

async function groupOf(
  aws: typeof import('@aws-sdk/client-auto-scaling'),
  client: AutoScalingClient,
  name: string,
  abortSignal: AbortSignal,
): Promise<AutoScalingGroup | undefined> {
  const asked = new aws.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
  const { AutoScalingGroups } = await client.send(asked, { abortSignal });
  return AutoScalingGroups?.find(({ AutoScalingGroupName }) => AutoScalingGroupName === name);
}

const failed = (summary: string): RunResult => ({ kind: 'failed', summary });
const wordOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).name;
