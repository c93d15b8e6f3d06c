import { receive } from './receive.ts';

/** What the way to the store costs: the same route, without one. */
await receive(async () => {});
