import { offersOf } from '../actions/index.ts';
import type { Actor, Card, Incident, Run } from '../domain/model.ts';
import type { Clock, Delivery, Scene } from '../domain/ports.ts';
import { type CardInput, makeCard } from '../formatter/card.ts';
import { offersFor } from '../runbooks/load.ts';
import type { Parts } from './parts.ts';

/** All that a card is drawn from, beside the incident. */
export interface Drawn extends Pick<Parts, 'settings' | 'log'> {
  readonly clock: Pick<Clock, 'now'>;
}

export type Drawing = ReturnType<typeof createDrawing>;

/** What is shown of an incident, and what may be done with it. */
export function createDrawing({ settings, clock, log }: Drawn) {
  function sceneOf(incident: Incident, runs: readonly Run[], newest?: Incident): Scene {
    const { runbooks, people } = settings();
    return {
      incident,
      runs,
      runbooks: offersFor(incident, runbooks),
      people,
      ...(newest === undefined || newest.id === incident.id ? {} : { newer: newest }),
    };
  }

  function card(incident: Incident, livingRuns: readonly Run[], reader?: Actor): Card {
    const shown = { incident, runs: livingRuns, template: 'incident', mention: [], platform: 'console', route: '' };
    return drawn(shown, reader);
  }

  function cardFor(delivery: Pick<Delivery, 'incident' | 'runs' | 'options' | 'route'>, platform: string): Card {
    const { incident, runs, options: chosen, route: by } = delivery;
    return drawn({ incident, runs, template: chosen.template, mention: chosen.mention, platform, route: by });
  }

  function drawn(
    input: Pick<CardInput, 'incident' | 'runs' | 'template' | 'mention' | 'platform' | 'route'>,
    reader?: Actor,
  ): Card {
    const offers = offersOf({ ...sceneOf(input.incident, input.runs), ...(reader ? { reader } : {}) });
    const { card, fault } = makeCard(
      { ...input, ...offers, people: settings().people, now: clock.now() },
      settings().templates,
    );
    if (fault !== undefined)
      log.warn({ template: input.template, incident: input.incident.id, fault }, 'template failed');
    return card;
  }

  return { sceneOf, card, cardFor };
}
