import { DeliveryError, type Failure } from '../domain/errors.ts';
import type { Message } from '../domain/model.ts';
import type { Delivery, Target } from '../domain/ports.ts';
import type { Reached, Serving } from './serving.ts';

/** One delivery on its way. */
export interface Work {
  readonly delivery: Delivery;
  readonly reached: Reached;
  readonly serving: Serving;
}
/** What stands in the channel, as far as it is settled. */
export interface Standing {
  readonly message: Message;
  readonly generation: number;
  readonly shown: number;
}

/** `once`: delivery and generation, and for a reply its line: at most 25 characters (Discord's nonce). */
export function targetOf(work: Work, generation: number, deadline: AbortSignal, seq?: number): Target {
  const parts = [work.delivery.id, generation.toString(36), ...(seq === undefined ? [] : [seq.toString(36)])];
  return { channel: work.serving.channel, once: parts.join('.'), deadline };
}

export function failureOf(error: unknown): Failure | undefined {
  return error instanceof DeliveryError ? error.failure : undefined;
}
