import { describe } from 'vitest';
import { storeContract } from '../contracts/store.ts';
import { freshPath, openAt } from './samples.ts';

describe('a store in an SQLite file', () => {
  storeContract(async (clock) => {
    const path = await freshPath();
    let store = await openAt(path, { clock });
    return {
      store,
      async again() {
        await store.close();
        store = await openAt(path, { clock });
        return store;
      },
    };
  });
});
