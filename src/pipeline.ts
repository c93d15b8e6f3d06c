import type { Card, Form, Incident, Run } from './domain/model.ts';
import type { Press, Received, Reply, Webhook } from './domain/ports.ts';

/** The bridge: what the receiver, the console and the adapters may ask of it. */
export interface Bridge {
  /** A verified webhook. Resolves when it is on disk. Rejects with StoreUnavailable where nothing was stored. */
  receive(webhook: Webhook): Promise<Received>;
  /** Somebody pressed a button. Resolves when its result is on disk. */
  press(press: Press): Promise<Reply>;
  /** What a press of this action would ask first; undefined: nothing. Changes nothing. */
  form(incident: string, action: string, argument?: string): Promise<Form | undefined>;
  /** The card of an incident as it is now. Never throws: a template that fails gives the built-in card. */
  card(incident: Incident, livingRuns: readonly Run[], template?: string): Card;
}
