import type { DeliveryError, Reason } from '../../domain/errors.ts';
import { saying } from '../../domain/model.ts';
import type { Host } from '../../domain/ports.ts';
import { createAsking } from '../asking.ts';
import { actorOf } from './actor.ts';
import type { Addressed } from './addressed.ts';
import { openActivity } from './open-activity.ts';
import type { TeamsEnv } from './platform.ts';
import type { Voice } from './voice.ts';

/** Somebody asks what is open: answered in their own chat with the bot, wherever they ask. Never rejects. */
export function createQuestions(host: Host, { tenantId }: Pick<TeamsEnv, 'tenantId'>, voice: Voice) {
  const ask = createAsking(host);

  return async ({ from, conversation, isAlone, serviceUrl }: Addressed): Promise<void> => {
    if (from === undefined) return host.log.warn('who asks in Teams what is open cannot be read');
    const actor = actorOf(from, tenantId);
    const list = 'refused' in actor ? saying(actor.refused, host.clock.now()) : await ask({ actor });
    if (isAlone) return voice.tell(conversation, serviceUrl, openActivity(list));
    try {
      await voice.tellAlone(from.id, serviceUrl, openActivity(list));
    } catch (error) {
      const { failure } = error as DeliveryError;
      host.log.info({ reason: failure.message }, 'who asked in Teams what is open cannot be written to alone');
      const text = PASSING.includes(failure.reason) ? LATER : NOT_ALONE;
      await voice.tell(conversation, serviceUrl, { type: 'message', text, textFormat: 'plain' });
    }
  };
}

const PASSING: readonly Reason[] = ['limited', 'unavailable', 'unknown_outcome'];

// Others read them: they say nothing of what is open.
const LATER = 'I cannot write to you alone right now. Ask again in a moment.';
const NOT_ALONE = 'I cannot write to you alone here. Add this app for yourself (Apps), and write “open” in our chat.';
