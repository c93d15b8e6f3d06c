import { BRIDGE } from '../domain/model.ts';
import type { Parts } from './parts.ts';

/** A reload is in the audit trail. */
export function createReloads({ store, clock, log }: Parts) {
  /** It was done already: that it cannot be written down stops nothing. */
  function reloaded(): void {
    store.audit
      .record({ at: clock.now(), actor: BRIDGE, what: 'reload', outcome: 'done' })
      .catch((err: unknown) => log.warn({ err }, 'the reload is not in the audit trail'));
  }

  return { reloaded };
}
