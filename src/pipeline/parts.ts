import type { Actor, Principal } from '../domain/model.ts';
import type { Clock, Log, Metrics, Platform, Store } from '../domain/ports.ts';
import type { People } from '../domain/principal.ts';
import type { Route } from '../routing/grammar.ts';
import type { Runbook } from '../runbooks/load.ts';
import type { CardTemplates } from '../templates/cards.ts';

/** What an admin configures and may change while the bridge runs. */
export interface Settings {
  readonly routes: readonly Route[];
  readonly responders: ReadonlyMap<string, readonly Principal[]>; // by action; `*` for the rest
  readonly people: People;
  readonly platforms?: readonly { readonly platform: Pick<Platform, 'name' | 'people'> }[]; // those that are on
  readonly fallback?: string;
  readonly publicUrl?: string; // without a slash at its end
  readonly ackExpires?: number; // absent: an acknowledgement holds for ever
  readonly templates: CardTemplates;
  readonly runbooks: readonly Runbook[];
}

/** What each entrance works with. */
export interface Parts {
  readonly store: Store;
  readonly settings: () => Settings;
  readonly groups: (actor: Actor) => Promise<readonly string[]>; // throws: they cannot be had now
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}
