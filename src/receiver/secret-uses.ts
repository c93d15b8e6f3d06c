import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Log, Memory } from '../domain/ports.ts';
import type { OpenSource } from './webhooks.ts';

/** When each secret last verified a webhook, across restarts and rotations. */
export interface SecretUses {
  used(source: string, secret: string, at: number): void;
  /** Of the secrets that are configured now, in their order. */
  lastUsed(): readonly SecretUse[];
  /** Resolves when all of them are stored, or the log says why not. */
  save(): Promise<void>;
}
export interface SecretUse {
  readonly source: string;
  readonly secret: number; // 0 the newest
  readonly at?: number; // absent: never
}

/** What is stored. A secret is named by a keyed digest: its place among the others changes when they rotate. */
const KEPT = z.object({
  salt: z.string().min(1),
  at: z.record(z.string(), z.int().min(0).max(8.64e15)), // what a Date can hold
});
type Kept = z.infer<typeof KEPT>;

const NAME = 'secret.uses';
const SAVE_EVERY_MS = 60_000; // per secret: a webhook must not cost a write of its own
const DIGEST_CHARACTERS = 12; // of hex: tells a source's few secrets apart, and is too short to prove a guess by

export async function loadSecretUses(options: {
  readonly memory: Memory;
  readonly sources: () => readonly OpenSource[];
  readonly log: Log;
}): Promise<SecretUses> {
  const { memory, sources, log } = options;
  const { salt, at: before } = keptOf(await memory.get(NAME), log) ?? {
    salt: randomBytes(16).toString('base64url'),
    at: {},
  };
  const uses = new Map(Object.entries(before)); // by digest
  let saved: ReadonlyMap<string, number> = new Map(uses);
  let isChanged = false;
  let saving = Promise.resolve(); // the newest: the memory keeps their order
  const digests = new Map<string, string>();

  function digestOf(source: string, secret: string): string {
    const text = `${source}:${secret}`;
    const known = digests.get(text);
    if (known !== undefined) return known;
    const digest = createHmac('sha256', salt).update(text).digest('hex').slice(0, DIGEST_CHARACTERS);
    digests.set(text, digest);
    return digest;
  }

  function used(source: string, secret: string, at: number): void {
    const digest = digestOf(source, secret);
    uses.set(digest, Math.max(at, uses.get(digest) ?? 0));
    isChanged = true;
    if (at - (saved.get(digest) ?? Number.NEGATIVE_INFINITY) >= SAVE_EVERY_MS) void save();
  }

  function save(): Promise<void> {
    if (isChanged) saving = put();
    return saving;
  }

  async function put(): Promise<void> {
    isChanged = false;
    saved = new Map(uses); // before it is: while the store is away not every webhook tries again
    const configured = sources().flatMap(({ source, secrets }) =>
      secrets.map((secret) => digestOf(source.name, secret)),
    );
    const at = Object.fromEntries([...uses].filter(([digest]) => configured.includes(digest)));
    try {
      await memory.put(NAME, JSON.stringify({ salt, at } satisfies Kept));
    } catch (err) {
      isChanged = true;
      log.warn({ err }, 'when secrets were last used could not be stored');
    }
  }

  return {
    used,
    lastUsed: () =>
      sources().flatMap(({ source, secrets }) =>
        secrets.map((secret, index): SecretUse => {
          const at = uses.get(digestOf(source.name, secret));
          return { source: source.name, secret: index, ...(at !== undefined && { at }) };
        }),
      ),
    save,
  };
}

/** Only a statistic: where it is damaged it begins anew, and nothing else waits for it. */
function keptOf(text: string | undefined, log: Log): Kept | undefined {
  if (text === undefined) return undefined;
  try {
    return KEPT.parse(JSON.parse(text));
  } catch {
    log.warn(
      { setting: NAME },
      'when secrets were last used is damaged in the store and was forgotten: it is counted anew',
    );
    return undefined;
  }
}
