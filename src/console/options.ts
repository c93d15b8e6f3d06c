import type { Card } from '../domain/model.ts';
import type { Clock, Log, Rendered, Store } from '../domain/ports.ts';
import type { Bridge } from '../pipeline/index.ts';

export interface ConsoleOptions {
  readonly bridge: Bridge;
  readonly store: Store;
  readonly access: () => Access; // asked for each request: SIGHUP may change it
  readonly signingKey: string; // of cookies and links; kept in the store
  readonly clock: Clock;
  readonly log: Log;
  readonly about: () => About;
  readonly looks: Readonly<Record<string, (card: Card) => Rendered>>; // how a card is written for each chat platform
}

/** How it is reached, and by whom. */
export interface Access {
  readonly token: string; // what people sign in with, and programs send as Bearer
  readonly publicUrl?: string; // how people reach it
  readonly secureCookies: boolean; // it is reached over HTTPS only
}

/** What is configured, for the page that says so. */
export interface About {
  readonly sources: readonly { readonly name: string; readonly label: string; readonly auth: string }[];
  readonly routes: readonly { readonly name: string; readonly text: string }[];
  readonly runbooks: readonly { readonly name: string; readonly label: string }[];
}
