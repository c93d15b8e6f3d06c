import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Card, Texts } from '../../domain/model.ts';
import type { Host, Press, Reply } from '../../domain/ports.ts';
import { readPressId } from '../../domain/press-id.ts';
import { merged, namesIn } from '../person-field.ts';
import { createPressing, fieldErrors, UNKNOWN_BUTTON } from '../pressing.ts';
import { actorOf } from './actor.ts';
import { PRESS } from './buttons.ts';
import type { Account } from './identify.ts';
import type { SlackMessage } from './message.ts';
import { ASK, modalOf, refusedModal, valuesOf } from './modal.ts';
import type { People } from './people.ts';
import { render } from './render.ts';
import { responding } from './respond.ts';
import type { CallSlack } from './sdk.ts';
import { refusal, whisper } from './whisper.ts';

export interface PressOptions {
  readonly host: Host;
  readonly call: CallSlack;
  readonly people: People;
  readonly account: () => Account | undefined;
  /** Edits must wait for their pace: the card would follow late. */
  readonly isSlow: () => boolean;
}

const ANSWER_WITHIN_MS = 5_000;
const MODAL_WITHIN_MS = 2_500; // Slack shows an error where a modal is not answered in 3 s

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const pressed = z.object({
  team: z.object({ id: z.string() }),
  user: z.object({ id: z.string(), name: z.string().catch(''), team_id: z.string().optional() }),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string() }),
  actions: z.tuple([
    z.object({
      action_ts: z.string(),
      value: z.string().optional(),
      selected_option: z.object({ value: z.string() }).nullish(),
    }),
  ]),
  trigger_id: z.string(),
  response_url: z.url(),
});

const filled = z.object({ value: z.string().nullish(), selected_user: z.string().nullish() });

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const submitted = z.object({
  team: z.object({ id: z.string() }),
  user: z.object({ id: z.string(), name: z.string().catch(''), team_id: z.string().optional() }),
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    title: z.object({ text: z.string() }),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), filled)) }),
  }),
});

/** What a modal remembers of the press that opened it. */
const remembered = z.object({ press: z.string(), channel: z.string(), message: z.string(), url: z.url() });

/** Buttons, menus and modals: each becomes a press, and its answer goes to who pressed. */
export function takePresses(app: App, { host, call, people, account, isSlow }: PressOptions): void {
  const { log, clock } = host;
  const { replyTo, orLate } = createPressing(host);
  const answer = responding(log);

  app.action({ type: 'block_actions', action_id: new RegExp(`^${RegExp.escape(PRESS)}`) }, async ({ ack, body }) => {
    await ack();
    const read = pressed.safeParse(body);
    if (!read.success) return log.warn({ issues: read.error.issues }, 'a press from Slack cannot be read');
    const { user, team, channel, message, actions, trigger_id, response_url: url } = read.data;
    const [{ action_ts, value, selected_option }] = actions;
    const id = value ?? selected_option?.value ?? '';
    const memory = { press: id, channel: channel.id, message: message.ts, url };
    // The same press sent again has the same time: it is done once.
    const press = await pressOf(
      [team.id, channel.id, message.ts, user.id, action_ts].join(':'),
      { user, team },
      memory,
    );
    if ('refused' in press) return answer(url, refusal({ text: press.refused }, clock.now()));

    const reply = await replyTo(press);
    switch (reply.kind) {
      case 'done':
      case 'started':
        return follow(url, reply.card);
      case 'told':
        return answer(url, whisper(reply.text));
      case 'ask':
        return ask(trigger_id, modalOf(reply.form, JSON.stringify(memory)), url);
      case 'refused':
        return answer(url, refusal(reply, clock.now()));
      default:
        return reply satisfies never;
    }
  });

  app.view(ASK, async ({ ack, body }) => {
    const read = submitted.safeParse(body);
    const memory = remembered.safeParse(parsed(read.data?.view.private_metadata));
    if (!read.success || !memory.success) {
      log.warn({ issues: read.error?.issues ?? memory.error?.issues }, 'a modal from Slack cannot be read');
      return ack();
    }
    const { user, team, view } = read.data;
    const { url } = memory.data;
    const given = valuesOf(view.state.values);
    const replying = submit(view.id, { user, team }, memory.data, merged(given));
    const reply = await orLate(replying, MODAL_WITHIN_MS);
    if (reply === undefined) {
      await ack();
      return late(await replying, url);
    }
    switch (reply.kind) {
      case 'done':
      case 'started':
        await ack();
        return follow(url, reply.card);
      case 'told':
        return ack({ response_action: 'update', view: refusedModal(view.title.text, reply.text) });
      case 'ask':
      case 'refused': {
        const problems = reply.kind === 'ask' ? reply.problems : (reply.details ?? []);
        const errors = fieldErrors(problems, Object.keys(view.state.values), given);
        if (errors !== undefined) return ack({ response_action: 'errors', errors });
        const text = reply.kind === 'ask' ? 'Something is missing. Press the button again.' : `Not done. ${reply.text}`;
        return ack({ response_action: 'update', view: refusedModal(view.title.text, text) });
      }
      default:
        return reply satisfies never;
    }
  });

  app.error(async (error) => log.error({ error: error.message }, 'a press from Slack failed'));

  async function pressOf(
    id: string,
    { user, team }: Pick<z.infer<typeof pressed>, 'user' | 'team'>,
    { press, channel, message }: Omit<z.infer<typeof remembered>, 'url'>,
  ): Promise<Press | { readonly refused: string }> {
    const signed = { team: team.id, id: user.id, name: user.name, homeTeam: user.team_id };
    const actor = await actorOf(signed, { account: account(), people });
    if ('refused' in actor) return actor;
    const known = readPressId(press);
    if (known === undefined) return { refused: UNKNOWN_BUTTON };
    return { id, actor, ...known, from: { channel, message } };
  }

  /** Never rejects, as a press does not. */
  async function submit(
    id: string,
    who: Parameters<typeof pressOf>[1],
    memory: Parameters<typeof pressOf>[2],
    inputs: Texts,
  ): Promise<Reply> {
    const [press, names] = await Promise.all([
      pressOf(id, who, memory),
      namesIn(inputs, 'slack', (user) => people.nameOf(user, `slack:${user}`)),
    ]);
    if ('refused' in press) return { kind: 'refused', code: 'not_found', text: press.refused };
    return replyTo({ ...press, confirmed: true, ...(Object.keys(inputs).length === 0 ? {} : { inputs, names }) });
  }

  /**
   * The lane edits the card in a moment. In a storm, where edits wait for each other, who pressed sees it change all the same: that edit
   * is still to come, so no newer card is overwritten.
   */
  async function follow(url: string, card: Card): Promise<void> {
    if (isSlow()) await answer(url, { replace_original: true, ...(render(card).json as SlackMessage) });
  }

  function late(reply: Reply, url: string): Promise<void> {
    if (reply.kind === 'refused') return answer(url, refusal(reply, clock.now()));
    return reply.kind === 'told' ? answer(url, whisper(reply.text)) : Promise.resolve(); // the card follows by its lane
  }

  async function ask(trigger: string, view: object, url: string): Promise<void> {
    try {
      await call('views.open', { trigger_id: trigger, view }, AbortSignal.timeout(ANSWER_WITHIN_MS));
    } catch (err) {
      log.warn({ error: (err as Error).message }, 'a modal could not be opened');
      await answer(url, refusal({ text: 'Slack did not open the form. Press again.' }, clock.now()));
    }
  }
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
}
