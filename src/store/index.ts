import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Store } from '../domain/ports.ts';
import type { Database } from './database.ts';
import { fault } from './faults.ts';
import { openSqlite } from './open-sqlite.ts';
import { createStore, type StoreOptions } from './store.ts';

export interface OpenOptions extends StoreOptions {
  readonly url: string; // sqlite:data/tocsin.db
}

/** Opens the store. Throws FaultsFound where the database cannot be used. */
export async function openStore(options: OpenOptions): Promise<Store> {
  return createStore(await openDatabase(options), options);
}

/** Whether there is anything to open. Looks, and makes nothing. */
export function hasStore(url: string): boolean {
  const path = schemeOf(url) === 'sqlite' ? sqlitePath(url) : undefined;
  return path !== undefined && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

async function openDatabase({ url, role, log }: OpenOptions): Promise<Database> {
  switch (schemeOf(url)) {
    case 'sqlite':
      return openSqlite(sqlitePath(url), role, log);
    case 'postgres':
    case 'postgresql':
      throw fault('PostgreSQL is not supported yet', 'Use sqlite:<file> for now, such as sqlite:data/tocsin.db.');
    default:
      // Never the value: it may hold a password.
      throw fault('it names no database that Tocsin knows', 'Use sqlite:<file>, such as sqlite:data/tocsin.db.');
  }
}

const schemeOf = (url: string): string => /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1] ?? '';
const sqlitePath = (url: string): string => resolve(url.slice('sqlite:'.length));
