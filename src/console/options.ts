import type { Clock, Log, Store } from '../domain/ports.ts';
import type { Bridge } from '../pipeline.ts';

/** What the console is made with. */
export interface ConsoleOptions {
  readonly bridge: Pick<Bridge, 'press' | 'form' | 'card'>;
  readonly store: Pick<Store, 'incident' | 'views' | 'incidents' | 'counts' | 'deadLetters' | 'watch'>;
  readonly token: string; // who has it may see and press everything that `console` may
  readonly cookieKey: string; // signs the cookies; kept in the store
  readonly secureCookies: boolean; // reached by https
  readonly clock: Clock;
  readonly log: Log;
  /** How the bridge is set up, for the page of routes. */
  about(): About;
}
export interface About {
  readonly sources: readonly { readonly label: string; readonly name: string; readonly auth: string }[];
  readonly routes: readonly { readonly name: string; readonly text: string }[];
  readonly runbooks: readonly { readonly name: string; readonly label: string }[];
}
