import type { Failure } from '../domain/errors.ts';
import type { Actor, Card, Form, Incident, OpenList, Run } from '../domain/model.ts';
import type { Delivery, NewTimer, Press, Question, Received, Reply, Webhook } from '../domain/ports.ts';
import type { Runbook } from '../runbooks/load.ts';
import { createApprovals } from './approval.ts';
import { createDrawing } from './card.ts';
import { counted } from './counted.ts';
import { createDestinations } from './destination.ts';
import { createOpen } from './open.ts';
import type { Parts } from './parts.ts';
import { createPermission } from './permission.ts';
import { createPresses } from './press.ts';
import { createReloads } from './reload.ts';
import { createRetiming } from './retiming.ts';
import { createRuns, type RunEnd } from './run.ts';
import { startingBy } from './self-start.ts';
import { createSilences, type SilenceAnswer, type SilenceRequest } from './silence.ts';
import { timed } from './timed.ts';
import { createTimers } from './timer.ts';
import { createWebhooks } from './webhook.ts';

export type { Settings } from './parts.ts';

/** The bridge: what the receiver, the console and the adapters may ask of it. */
export interface Bridge {
  /** A verified webhook. Resolves when it is on disk. Rejects with StoreUnavailable where nothing was stored. */
  receive(webhook: Webhook): Promise<Received>;
  /** Somebody pressed a button. Resolves when its result is on disk. */
  press(press: Press): Promise<Reply>;
  /** Somebody asks what is open: a list, or a sentence why they are not told. */
  open(question: Question): Promise<OpenList>;
  /** Somebody keeps what matches quiet for a while. */
  silence(request: SilenceRequest, by: Actor): Promise<SilenceAnswer>;
  /** The sentence says why it was not ended; undefined: it was, and what still fires is told. */
  endSilence(id: string, by: Actor): Promise<string | undefined>;
  /** What a press of this action, by this actor where it is known, would ask first; undefined: nothing. Changes nothing. */
  form(incident: string, action: string, argument?: string, actor?: Actor): Promise<Form | undefined>;
  /** Whether this press was done, or refused, before. */
  wasPressed(press: Pick<Press, 'id' | 'actor'>): Promise<boolean>;
  /** The card of an incident as it is now, with what `reader` may do. Never throws: a template that fails gives the built-in card. */
  card(incident: Incident, livingRuns: readonly Run[], reader?: Actor): Card;
  /** The card as one destination shows it. */
  cardFor(delivery: Pick<Delivery, 'incident' | 'runs' | 'options' | 'route'>, platform: string): Card;
}

/** The bridge's other entrances (a run, a destination, a timer), and who may run. */
export interface Pipeline extends Bridge {
  /** Whether a signed link may do it, whoever opens it. */
  isOpen(action: string): boolean;
  /** Who may run it, asked again just before it runs: true, or why not. */
  mayStill(run: Run, runbook: Runbook): Promise<true | string>;
  /** From now, for `timeout` milliseconds at most. false: it was cancelled before it began. */
  began(run: Run, timeout: number): Promise<boolean>;
  ended(run: Run, end: RunEnd): Promise<void>;
  /** The cards are due anew, with what it has printed and how long it has taken. */
  refresh(run: Run): Promise<void>;
  /** Ends what waited too long for others to agree. */
  lapse(): Promise<void>;
  /** An admin's words were taken anew. */
  reloaded(): void;
  /** A destination cannot be reached: said in the timeline, and told at the fallback destination. */
  lost(delivery: Delivery, failure: Failure): Promise<void>;
  back(delivery: Delivery): Promise<void>;
  /** A timer is due. It is set anew or gone after it. */
  ring(timer: NewTimer): Promise<void>;
  /** Sets some of the timers anew where an admin changed how long they wait. true: there are more. */
  retime(): Promise<boolean>;
}

/** The bridge in one page: each entrance is a decision that becomes one Change, stored before it is answered. */
export function createPipeline(given: Parts): Pipeline {
  const parts = { ...given, store: counted(timed(startingBy(given), given.settings), given.metrics) };
  const drawing = createDrawing(parts);
  const permission = createPermission(parts);
  return {
    ...createWebhooks(parts),
    ...createPresses({ ...parts, ...drawing, ...permission }),
    ...createRuns(parts),
    ...createApprovals(parts),
    ...createReloads(parts),
    ...createDestinations(parts),
    ...createTimers(parts),
    ...createRetiming(parts),
    ...createSilences({ ...parts, ...permission }),
    ...createOpen({ ...parts, ...permission }),
    card: drawing.card,
    cardFor: drawing.cardFor,
    mayStill: permission.mayStill,
    isOpen: permission.isOpen,
  };
}
