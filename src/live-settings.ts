import type { Config } from './config/config.ts';
import { requiresHttps } from './config/transport.ts';
import type { Settings } from './pipeline/index.ts';
import type { Guard } from './receiver/guard.ts';
import type { Ready } from './setup.ts';

/** What an admin wrote, as it was taken last. Each room asks anew whenever it needs it. */
export interface LiveSettings {
  readonly taken: Ready;
  readonly config: Config; // of it
  readonly settings: Settings; // of it, for the pipeline
  readonly guard: Guard; // of it, for the receiver
  /** Whole or not at all: nobody sees a part of it beside a part of the one before. */
  take(next: Ready): void;
}

export function createLiveSettings(first: Ready): LiveSettings {
  let now = derived(first);
  return {
    get taken() {
      return now.taken;
    },
    get config() {
      return now.taken.config;
    },
    get settings() {
      return now.settings;
    },
    get guard() {
      return now.guard;
    },
    take(next) {
      now = derived(next);
    },
  };
}

/** What each webhook asks for, made once. */
function derived(taken: Ready): Pick<LiveSettings, 'taken' | 'settings' | 'guard'> {
  const { config, templates, runbooks } = taken;
  return {
    taken,
    settings: { ...config, templates, runbooks },
    guard: { ...config, requireHttps: requiresHttps(config) },
  };
}
