import { z } from 'zod';
import { cut } from '../../domain/cut.ts';
import type { RunbookKind, RunContext, RunResult, SpecFault } from '../../domain/ports.ts';
import { compileText, ENCODE, TemplateFailed } from '../../templates/liquid.ts';
import { KEEP_SCOPE } from '../scope.ts';
import { addressFault, addressOf } from './address.ts';
import { bodyEncoding, contentFaults, contentOf, searchHeaders } from './content.ts';
import { type Exchange, exchange, type Network } from './exchange.ts';
import { systemResolve } from './resolve.ts';

const STATUS = z.int().min(200).max(599);
const SPEC = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  url: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  json: z.json().optional(),
  body: z.string().optional(),
  expect: z.union([STATUS.transform((status) => [status]), z.array(STATUS).min(1)]).optional(),
  find: z.strictObject({ url: z.string(), value: z.string() }).optional(),
});
export type HttpSpec = z.infer<typeof SPEC>;

/** A request to a host that the admin fixed. `network`: how names are resolved, how long a body may take. */
export function httpKind(network: Network): RunbookKind<HttpSpec> {
  return {
    name: 'http',
    spec: SPEC,
    secretsInLiquid: true,
    encode: (spec) => ({
      url: 'address',
      headers: 'argument', // made a header's line when it is sent
      json: 'argument', // written as JSON when it is sent
      body: bodyEncoding(spec) ?? 'argument', // where nobody knows there are no values in it
      find: { url: 'address', value: 'response' },
    }),
    faults: async (spec) => faults(spec),
    run: (spec, context) => run(spec, context, network),
  };
}

export const http = httpKind({ resolve: systemResolve, bodyWithinMs: 10_000 });

function faults(spec: HttpSpec): readonly SpecFault[] {
  const address = (path: SpecFault['path'], written: string): readonly SpecFault[] => {
    const fault = addressFault(written);
    return fault === undefined ? [] : [{ path, ...fault }];
  };
  return [
    ...address(['url'], spec.url),
    ...(spec.find === undefined ? [] : address(['find', 'url'], spec.find.url)),
    ...contentFaults(spec),
  ];
}

async function run(spec: HttpSpec, context: RunContext, network: Network): Promise<RunResult> {
  const { method, find } = spec;
  if (find !== undefined) {
    const found = await search(spec, find, context, network);
    if (found !== 'nothing') return found;
  }
  const url = addressOf(spec.url);
  if (typeof url === 'string') return failed(`not sent: ${lower(url)}`);
  const isRepeatable = method === 'GET' || method === 'HEAD';
  const answer = await ask({ method, url, ...contentOf(spec, context.run, isRepeatable) }, context, network);

  switch (answer.kind) {
    case 'not_sent':
      return failed(`not sent: ${answer.why}`);
    case 'no_answer':
      return isRepeatable ? failed(answer.why) : perhaps(answer.why);
    case 'answered':
      return resultOf(spec, answer, isRepeatable, context.signal);
  }
}

type Answered = Extract<Exchange, { readonly kind: 'answered' }>;

function resultOf({ expect }: HttpSpec, answer: Answered, isRepeatable: boolean, signal: AbortSignal): RunResult {
  const { status, lost } = answer;
  const isExpected = expect?.includes(status) ?? (status >= 200 && status < 300);
  const note = lost === undefined ? {} : { note: `its answer ${lost}` };
  if (signal.aborted && !isRepeatable)
    return perhaps(`HTTP ${status}, and it was stopped before the whole answer was here`);
  if (isExpected) {
    const response = jsonOf(answer);
    return { kind: 'succeeded', summary: `HTTP ${status}`, ...note, ...(response === undefined ? {} : { response }) };
  }
  if (status === 504 && !isRepeatable) return perhaps('HTTP 504: what stands before it had no answer');
  const isElsewhere = status >= 300 && status < 400 && answer.location !== undefined;
  return { ...failed(`HTTP ${status}${isElsewhere ? ': redirects are not followed' : ''}`), ...note };
}

/** What a run before this one, or a person, made already. Whoever cannot be asked is not sent anything either. */
async function search(
  spec: HttpSpec,
  find: NonNullable<HttpSpec['find']>,
  context: RunContext,
  network: Network,
): Promise<RunResult | 'nothing'> {
  const url = addressOf(find.url);
  if (typeof url === 'string') return failed(`nothing sent: in "find", ${lower(url)}`);
  const answer = await ask({ method: 'GET', url, headers: searchHeaders(spec) }, context, network);
  if (answer.kind !== 'answered') return failed(`nothing sent: in "find", ${answer.why}`);
  if (answer.status === 404) return 'nothing';
  if (answer.status < 200 || answer.status > 299)
    return failed(`nothing sent: "find" was answered with HTTP ${answer.status}`);
  const response = jsonOf(answer);
  if (response === undefined) return failed(`nothing sent: the answer to "find" ${answer.lost ?? 'is no JSON'}`);
  try {
    const value = over(find.value, response).trim();
    if (value === '') return 'nothing';
    return { kind: 'succeeded', summary: `found ${short(value)}, so nothing was sent`, response };
  } catch (error) {
    return failed(`nothing sent: "find" could not read its answer: ${short((error as TemplateFailed).what)}`);
  }
}

/** Throws TemplateFailed. */
function over(source: string, response: unknown): string {
  const place = { file: 'find.value', text: source, line: 1, column: 1 };
  const { template } = compileText(source, place, KEEP_SCOPE);
  if (template === undefined) throw new TemplateFailed(place, 'it is no Liquid');
  return template.render({ response });
}

async function ask(asked: Parameters<typeof exchange>[0], context: RunContext, network: Network): Promise<Exchange> {
  const say = (line: string) => context.output(Buffer.from(`${line}\n`));
  say(`${asked.method} ${asked.url.href}`);
  const answer = await exchange(asked, network, context.signal);
  if (answer.kind !== 'answered') return answer;
  say(`HTTP ${answer.status}`);
  if (answer.location !== undefined) say(`Location: ${answer.location}`);
  if (answer.text !== '') say(answer.text);
  return answer;
}

function jsonOf({ text, lost }: Answered): unknown {
  if (lost !== undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // many answer with nothing, or for people
  }
}

const failed = (summary: string): RunResult => ({ kind: 'failed', summary });

/** It may have been done: nobody but a person may send it again. */
const perhaps = (why: string): RunResult => ({
  kind: 'unknown',
  summary: `${why}; it may have been done: look there before you run it again`,
});

const short = (text: string): string => ENCODE.text(cut(text, 60)).replaceAll('\n', ' ');
const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
