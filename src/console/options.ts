import type { Clock, Log, Store } from '../domain/ports.ts';
import type { Bridge } from '../pipeline/index.ts';

export interface ConsoleOptions {
  readonly bridge: Bridge;
  readonly store: Store;
  readonly token: string; // what people sign in with, and programs send as Bearer
  readonly cookieKey: string; // signs cookies; kept in the store
  readonly publicUrl?: string; // how people reach it
  readonly secureCookies: boolean; // it is reached over HTTPS only
  readonly clock: Clock;
  readonly log: Log;
  readonly about: () => About;
}

/** What is configured, for the page that says so. */
export interface About {
  readonly sources: readonly { readonly name: string; readonly label: string; readonly auth: string }[];
  readonly routes: readonly { readonly name: string; readonly text: string }[];
  readonly runbooks: readonly { readonly name: string; readonly label: string }[];
}
