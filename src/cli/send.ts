import type { Config } from '../config/config.ts';
import { requiresHttps } from '../config/transport.ts';
import { sourcePrefix } from '../config/variables.ts';
import { isLoopback } from '../domain/addresses.ts';
import type { Source, WebhookRequest } from '../domain/ports.ts';
import { CannotDo, command, WrongUse } from './command.ts';
import { readInput, sourceNamed } from './input.ts';
import { needConfig } from './need-config.ts';
import { post } from './post.ts';
import { sendTestCard } from './test-card.ts';

/** `tocsin send`: a webhook as a monitor would send it. */
export const send = command({
  summary: 'Signs and posts a webhook as a monitor would, or puts a test card on a destination.',
  usage: 'send [FILE] [--source NAME] [--url URL] [--resolve]   or   send --to DESTINATION',
  details: `  FILE               a body, sent byte by byte as it is; - reads stdin (default: a sample)
  --source NAME      as whom (default: wizstatus); signed with the newest of its secrets
  --url URL          where to (default: the bridge of this configuration)
  --resolve          the sample tells that it is over
  --to DESTINATION   no webhook: a test card, through the store and the running bridge's lane

Examples:
  npm run tocsin -- send
  npm run tocsin -- send --resolve
  npm run tocsin -- send alerts.json --source alertmanager
  npm run tocsin -- send --to console`,
  options: {
    source: { type: 'string' },
    url: { type: 'string' },
    resolve: { type: 'boolean' },
    to: { type: 'string' },
  },
  async run({ values, positionals, json, io }) {
    const [file, second] = positionals;
    if (second !== undefined) throw new WrongUse('give one FILE.');
    if (file !== undefined && values.resolve)
      throw new WrongUse('--resolve is for the sample; a FILE says its own state.');
    if (values.to !== undefined) {
      if (file ?? values.source ?? values.url ?? values.resolve) throw new WrongUse('--to stands alone.');
      return sendTestCard(values.to, json, io);
    }
    const source = sourceNamed(values.source);
    const config = needConfig(io);
    const secret = secretOf(config, source);
    const now = Date.now();
    const webhook =
      file === undefined
        ? source.sample(values.resolve ? 'resolved' : 'firing', secret, now, SAMPLE)
        : source.sign(await readInput(file, io), secret, now);
    const target = targetOf(config, source, values.url);
    const answer = await answered(target, webhook, values.url === undefined ? config.tls?.cert : undefined);
    io.print(
      json
        ? JSON.stringify({ url: target.origin + target.pathname, ...answer, body: asJson(answer.body) })
        : `${answer.status} ${answer.body}`,
    );
    return answer.status >= 200 && answer.status < 300 ? 0 : 1;
  },
});

/** One incident for all samples, so that --resolve ends what the first began. */
const SAMPLE = { id: 'tocsin-send', monitor: 'Sample monitor' };

function secretOf(config: Config, source: Source): string {
  const secret = config.sources.find((each) => each.source.name === source.name)?.secrets[0];
  if (secret !== undefined) return secret;
  throw new CannotDo(`${source.label} is off: set ${sourcePrefix(source.name)}_SECRETS.`);
}

function targetOf(config: Config, source: Source, given: string | undefined): URL {
  const url = URL.parse(given ?? localAddress(config));
  if (url === null || !/^https?:$/.test(url.protocol)) throw new WrongUse(`${given} is no http or https address.`);
  const path = url.pathname.replace(/\/+$/, '');
  if (given === undefined || path === '') url.pathname = `${path}/webhooks/${source.name}`;
  return url;
}

/** The bridge itself; by its public address where only its proxy speaks the HTTPS that it requires. */
function localAddress(config: Config): string {
  const { host, port, tls, publicUrl } = config;
  if (requiresHttps(config) && tls === undefined && publicUrl !== undefined) return publicUrl;
  const reached = /^(?:0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host;
  const bracketed = reached.includes(':') ? `[${reached}]` : reached;
  return `${tls === undefined ? 'http' : 'https'}://${bracketed}:${port}`;
}

async function answered(url: URL, webhook: WebhookRequest, trusted: string | undefined) {
  for (const [name, value] of webhook.query) url.searchParams.set(name, value);
  try {
    return await post(url, webhook, trusted);
  } catch (error) {
    const start = isLoopback(url.hostname) ? ' Is the bridge running (npm start)?' : '';
    throw new CannotDo(`no answer from ${url.origin}: ${reasonOf(error)}.${start}`, { cause: error });
  }
}

/** Node gives one error for each address that it tried. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
