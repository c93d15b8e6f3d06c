import { z } from 'zod';
import type { Texts } from '../../domain/model.ts';
import type { Host, Press, Reply } from '../../domain/ports.ts';
import { readPressId } from '../../domain/press-id.ts';
import { merged, namesIn } from '../person-field.ts';
import { createPressing, UNKNOWN_BUTTON } from '../pressing.ts';
import { actorOf } from './actor.ts';
import { withoutThread } from './conversations.ts';
import { inputsPrefix, PICKED } from './form.ts';
import type { TeamsEnv } from './platform.ts';
import { invokeAnswer, inWords, wordsOf } from './whisper.ts';

/** Teams gives up an invoke after some five seconds, and sends it again. */
export const FIRST_ANSWER_MS = 3_500;
const LATE = 'This takes longer than usual. The card follows when it is done; where it does not, press again.';

/** What a button sends back: card data, which says nothing of who pressed, and is only a name for the press. */
const sent = z.looseObject({ press: z.string(), confirmed: z.literal(true).optional().catch(undefined) });

/** https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards */
const executed = z.object({ value: z.object({ action: z.object({ data: sent }) }) });
const submitted = z.object({ value: sent });

const pressActivity = z.object({
  id: z.string().min(1), // the same for one that is sent again
  from: z.object({
    id: z.string().min(1),
    aadObjectId: z.string().min(1),
    name: z.string().catch(''),
    tenantId: z.string().optional(),
  }),
  conversation: z.object({ id: z.string().min(1), conversationType: z.string().optional() }),
  replyToId: z.string().min(1),
  serviceUrl: z.string(),
});
export type PressActivity = z.infer<typeof pressActivity>;

export interface Presses {
  /** `Action.Execute`: answered in the same request. */
  invoke(activity: unknown): Promise<object>;
  /** `Action.Submit`, from clients that do not know the other: what is to be told goes to who pressed alone. false: it is no press. */
  submit(activity: unknown): Promise<boolean>;
}

/** How those who are in the conversation are told and called. */
export interface Voices {
  whisper(to: PressActivity, text: string): Promise<void>;
  nameOf(where: PressActivity, person: string): Promise<string | undefined>;
}

export function createPresses(host: Host, env: Pick<TeamsEnv, 'tenantId'>, { whisper, nameOf }: Voices): Presses {
  const { log } = host;
  const { replyTo, orLate } = createPressing(host);

  return {
    async invoke(activity) {
      const read = pressActivity.safeParse(activity);
      const what = executed.safeParse(activity);
      if (!read.success || !what.success) {
        log.warn({ issues: read.error?.issues ?? what.error?.issues }, 'a press from Teams cannot be read');
        return inWords(UNKNOWN_BUTTON);
      }
      const coming = replyOf(read.data, what.data.value.action.data);
      const reply = await orLate(coming, FIRST_ANSWER_MS);
      if (reply !== undefined) return invokeAnswer(reply);
      coming.then((late) => tellRefusal(read.data, late));
      return inWords(LATE);
    },

    async submit(activity) {
      const what = submitted.safeParse(activity);
      if (!what.success) return false;
      const read = pressActivity.safeParse(activity);
      if (!read.success) {
        log.warn({ issues: read.error.issues }, 'a press from Teams cannot be read');
        return true;
      }
      const told = replyOf(read.data, what.data.value).then((reply) => tellRefusal(read.data, reply));
      await orLate(told, FIRST_ANSWER_MS);
      return true;
    },
  };

  /** What was done shows on the card, which its lane edits. */
  async function tellRefusal(from: PressActivity, reply: Reply): Promise<void> {
    if (reply.kind === 'done' || reply.kind === 'started') return;
    await whisper(from, wordsOf(reply));
  }

  async function replyOf(from: PressActivity, data: z.infer<typeof sent>): Promise<Reply> {
    const press = pressOf(from, data);
    if ('refused' in press) return { kind: 'refused', code: 'not_found', text: press.refused };
    const names = await namesIn(press.inputs ?? {}, 'teams', (person) => nameOf(from, person));
    return replyTo(Object.keys(names).length === 0 ? press : { ...press, names });
  }

  function pressOf(
    { id, from, conversation, replyToId }: PressActivity,
    data: z.infer<typeof sent>,
  ): Press | { readonly refused: string } {
    const actor = actorOf(from, env.tenantId);
    if ('refused' in actor) return actor;
    const known = readPressId(data.press);
    if (known === undefined) return { refused: UNKNOWN_BUTTON };
    const inputs = inputsOf(data);
    return {
      id: `${conversation.id}:${id}`, // an activity's id is unique in its conversation only
      actor,
      ...known,
      from: { channel: withoutThread(conversation.id), message: replyToId },
      ...(data.confirmed ? { confirmed: true } : {}),
      ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
    };
  }
}

/** What was filled in for this press, by the fields' names: a card sends all of its inputs. An empty one is not there. */
function inputsOf(data: z.infer<typeof sent>): Texts {
  const prefix = inputsPrefix(data.press);
  return merged(
    Object.fromEntries(
      Object.entries(data).flatMap(([id, value]) => {
        if (!id.startsWith(prefix) || typeof value !== 'string' || value === '') return [];
        const name = id.slice(prefix.length);
        return [name.endsWith(PICKED) ? [name.slice(0, -PICKED.length), `teams:${value}`] : [name, value]];
      }),
    ),
  );
}
