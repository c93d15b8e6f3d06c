import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Host } from '../../domain/ports.ts';
import { asksOpen, createAsking } from '../asking.ts';
import { actorOf } from './actor.ts';
import type { Account } from './identify.ts';
import { COMMAND } from './manifest.ts';
import { openMessage } from './open-message.ts';
import type { People } from './people.ts';
import { responding } from './respond.ts';
import { whisper } from './whisper.ts';

export interface CommandOptions {
  readonly host: Host;
  readonly people: People;
  readonly account: () => Account | undefined;
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
const written = z.object({
  team_id: z.string(),
  user_id: z.string(),
  user_name: z.string().catch(''),
  text: z.string().catch(''),
  response_url: z.url(),
});

/** `/tocsin open`: answered to who wrote it alone. */
export function takeCommands(app: App, { host, people, account }: CommandOptions): void {
  const ask = createAsking(host);
  const respond = responding(host.log);

  app.command(COMMAND, async ({ ack, body }) => {
    await ack(); // within 3 s: what is open may take longer
    const read = written.safeParse(body);
    if (!read.success) return host.log.warn({ issues: read.error.issues }, 'a command from Slack cannot be read');
    const { team_id: team, user_id: id, user_name: name, text, response_url: url } = read.data;
    const actor = await actorOf({ team, id, name }, { account: account(), people });
    if ('refused' in actor) return respond(url, whisper(actor.refused));
    if (text.trim() !== '' && !asksOpen(text)) return respond(url, whisper(USAGE));
    return respond(url, openMessage(await ask({ actor })));
  });
}

const USAGE = `Write ${COMMAND} open: it tells you alone what is open, and who has it.`;
