import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify, styleText } from 'node:util';
import { systemClock } from '../clock.ts';
import { CannotDo } from './command.ts';
import { demoFlags } from './demo-arguments.ts';
import { type DemoBridge, freePort, runDemo } from './demo-bridge.ts';

/** A real Alertmanager, a real alert: its card comes, and resolves. */
async function demo(bridge: DemoBridge): Promise<void> {
  const [server, amtool] = [program('prometheus-alertmanager', 'alertmanager'), program('amtool')];
  const address = `http://127.0.0.1:${await freePort()}`;
  const alertmanager = await startAlertmanager(server, address, bridge);
  try {
    print(`
Alertmanager runs at ${address} and sends to ${bridge.url}/webhooks/alertmanager

  Console: ${styleText(['bold'], bridge.signIn)}
`);
    await Promise.race([tell(bridge, amtool, address, flags.has('once')), alertmanager.died]);
  } finally {
    await alertmanager.stop();
  }
}

const LOOK_MS = 20_000; // a person looks at the card, and may press
const ALERT = ['alertname=InstanceDown', 'severity=critical', 'instance=db-7:9100'];
const WORDS = ['--annotation=summary=db-7 does not answer', '--annotation=description=Its exporter is gone.'];

/** Fires, waits for the card, ends the alert, waits for the card to say so. */
async function tell(bridge: DemoBridge, amtool: string, address: string, onlyOnce: boolean): Promise<void> {
  const add = (...more: readonly string[]) =>
    promisify(execFile)(amtool, [`--alertmanager.url=${address}`, 'alert', 'add', ...ALERT, ...WORDS, ...more], {
      signal: bridge.stopping,
    });
  print(`  amtool alert add ${ALERT.join(' ')}`);
  await add();
  await shown(bridge, 'firing');
  if (!onlyOnce) {
    print(`  The alert ends by itself in ${LOOK_MS / 1_000} seconds.`);
    await systemClock.wait(LOOK_MS, bridge.stopping);
  }
  const now = new Date(systemClock.now()).toISOString();
  print(`  amtool alert add ${ALERT.join(' ')} --end=${now}`);
  await add(`--end=${now}`);
  await shown(bridge, 'resolved');
  if (onlyOnce) return;
  print(`
That was the story. Both go on until Ctrl-C; fire your own:

  amtool --alertmanager.url=${address} alert add alertname=DiskFull severity=warning instance=db-8`);
  await once(bridge.stopping, 'abort');
}

interface Listed {
  readonly source: string;
  readonly status: string;
  readonly title: string;
  readonly revision: number;
  readonly deliveries: readonly { readonly destination: string; readonly delivered: number }[];
}

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** Waits until the card shows the alert in this state. */
async function shown({ url, token, stopping }: DemoBridge, status: string): Promise<void> {
  const began = systemClock.monotonic();
  while (systemClock.monotonic() - began < PATIENCE_MS) {
    const answer = await fetch(`${url}/api/incidents`, {
      headers: { authorization: `Bearer ${token}` },
      signal: stopping,
    });
    const { incidents } = (await answer.json()) as { readonly incidents: readonly Listed[] };
    const incident = incidents.find((each) => each.source === 'alertmanager' && each.status === status);
    const [card] = incident?.deliveries ?? [];
    if (incident !== undefined && card !== undefined && card.delivered >= incident.revision) {
      const took = Math.round(systemClock.monotonic() - began);
      print(`  Card in ${card.destination}: "${incident.title}" is ${status} (after ${took} ms).`);
      return;
    }
    await systemClock.wait(LOOK_EVERY_MS, stopping);
  }
  throw new CannotDo(`No card was ${status} within ${PATIENCE_MS / 1_000} seconds.`);
}

async function startAlertmanager(server: string, address: string, bridge: DemoBridge) {
  const file = join(bridge.folder, 'alertmanager.yml');
  writeFileSync(file, JSON.stringify(configuration(bridge)), { mode: 0o600 });
  const child = spawn(
    server,
    [
      `--config.file=${file}`,
      `--storage.path=${join(bridge.folder, 'alertmanager')}`,
      `--web.listen-address=${new URL(address).host}`,
      '--cluster.listen-address=', // alone: no gossip port
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = Promise.all([once(child, 'exit'), text(child.stderr)]);
  const died = ended.then(([, log]): never => {
    throw new CannotDo(`Alertmanager ended:\n${log.trimEnd()}`);
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await Promise.race([ready(address, bridge.stopping), died]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { died, stop };
}

/** What the README says to paste, at the pace of a demo; JSON is YAML too. */
function configuration({ url, secret }: DemoBridge) {
  return {
    route: { receiver: 'tocsin', group_by: ['alertname'], group_wait: '0s', group_interval: '1s' },
    receivers: [
      {
        name: 'tocsin',
        webhook_configs: [
          {
            url: `${url}/webhooks/alertmanager`,
            send_resolved: true,
            http_config: { authorization: { credentials: secret } },
          },
        ],
      },
    ],
  };
}

async function ready(address: string, stopping: AbortSignal): Promise<void> {
  const until = systemClock.monotonic() + PATIENCE_MS;
  while (systemClock.monotonic() < until) {
    const answer = await fetch(`${address}/-/ready`, { signal: stopping }).catch(() => undefined);
    if (answer?.ok === true) return;
    await systemClock.wait(LOOK_EVERY_MS, stopping);
  }
  throw new CannotDo(`Alertmanager was not ready within ${PATIENCE_MS / 1_000} seconds.`);
}

/** The first of these names that is on the PATH. */
function program(...names: readonly string[]): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (found !== undefined) return found;
  throw new CannotDo(
    `${names[0]} is not on the PATH. On Debian: sudo apt-get install prometheus-alertmanager. Elsewhere: https://prometheus.io/download/#alertmanager`,
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const flags = demoFlags({
  script: 'demo:alertmanager',
  about: `A real alert as a card: starts a bridge of its own and a real Alertmanager that sends to it, fires an alert with amtool,
and ends it. It prints the console's sign-in link, runs until Ctrl-C, reads no .env, and keeps nothing.
It needs prometheus-alertmanager (or alertmanager) and amtool on the PATH.

Use: npm run demo:alertmanager [-- --once]

  --once   ends with the story, with no time for a person to look
  PORT     where the console listens; default: 3000, or a free port where that is taken
           PORT=8080 npm run demo:alertmanager`,
  flags: ['once'],
});
await runDemo(demo);
