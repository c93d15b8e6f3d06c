import { once } from 'node:events';
import { styleText } from 'node:util';
import { systemClock } from '../clock.ts';
import { wizstatus } from '../sources/wizstatus.ts';
import { demoFlags } from './demo-arguments.ts';
import { type DemoBridge, runDemo } from './demo-bridge.ts';
import { post } from './post.ts';

/** The whole loop with no account: a bridge on a fresh database, and monitors that send it signed webhooks. */
async function demo(bridge: DemoBridge): Promise<void> {
  print(`
Tocsin demo. Open the console, it is signed in already:

  ${styleText(['bold'], bridge.signIn)}

On a card, press Acknowledge, or Restart API: a script then really runs, and its output streams in.
Ctrl-C ends the demo, and nothing is kept.

Monitors send signed webhooks to ${bridge.url}/webhooks/wizstatus
`);
  await story(bridge);
  print('\nThat was the story. The bridge goes on until Ctrl-C.');
  await once(bridge.stopping, 'abort');
}

const PACE_MS = 1_500; // slow enough to watch cards come and change

/** Several monitors down, one recovering, one flapping. */
async function story(bridge: DemoBridge): Promise<void> {
  const pause = () => systemClock.wait(PACE_MS, bridge.stopping);

  await send(bridge, 'Search index', 'firing');
  await send(bridge, 'Production API', 'firing');
  await pause();
  await send(bridge, 'Database primary', 'firing');
  await pause();
  await send(bridge, 'Search index', 'resolved');
  for (let flap = 0; flap < 3; flap++) {
    await pause();
    await send(bridge, 'Checkout EU', 'firing');
    await pause();
    await send(bridge, 'Checkout EU', 'resolved');
  }
  await pause();
  await send(bridge, 'Checkout EU', 'firing');
  await send(bridge, 'Production API', 'firing');
}

async function send({ url, secret }: DemoBridge, monitor: string, state: 'firing' | 'resolved'): Promise<void> {
  const id = `tocsin-demo-${monitor.toLowerCase().replaceAll(' ', '-')}`; // restart-demo is offered for such keys alone
  const webhook = wizstatus.sample(state, secret, systemClock.now(), { id, monitor });
  const { status, body } = await post(new URL(`${url}/webhooks/wizstatus`), webhook);
  print(`  ${`${monitor} is ${state === 'firing' ? 'down' : 'up'}`.padEnd(26)}${status} ${body}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

demoFlags({
  script: 'demo',
  about: `The whole loop with no account: starts a bridge of its own with a fresh database and secrets, and sends it signed webhooks
of monitors that go down, recover and flap. It prints the console's sign-in link; there a person presses Acknowledge
or Restart API. It runs until Ctrl-C, reads no .env, and keeps nothing.

Use: npm run demo

  PORT   where the console listens; default: 3000, or a free port where that is taken
         PORT=8080 npm run demo`,
  flags: [],
});
await runDemo(demo);
