import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemplate } from './folder.ts';

const LOOK_EVERY_MS = 1_000;
const SETTLE_MS = 100;
const MAX_SETTLING_LOOKS = 20; // a file that never rests is told all the same
const MAX_ENTRIES = 500;

/**
 * Calls `changed` after a template of the folder was edited, added or removed, once it rests; also when a file beside them, such as
 * a runbook's script, came, went, or got other permissions. It looks instead of listening: editors
 * that replace files, ConfigMaps that swap the link `..data`, network mounts and a folder that comes later then all look alike.
 * `ready`: the state that changes are told against was seen.
 */
export function watchFolder(
  folder: string,
  changed: () => void,
  { lookEveryMs = LOOK_EVERY_MS, ready }: { readonly lookEveryMs?: number; readonly ready?: () => void } = {},
): { close(): void } {
  let closed = false;
  let timer: NodeJS.Timeout;
  let seen: string | undefined;

  const later = (ms: number, look: () => Promise<void>) => {
    if (!closed) timer = setTimeout(look, ms).unref();
  };
  const look = async (): Promise<void> => {
    const now = await fingerprint(folder);
    if (seen === undefined) {
      seen = now;
      ready?.();
    }
    if (now === seen) later(lookEveryMs, look);
    else later(SETTLE_MS, () => settle(now, 1));
  };
  const settle = async (before: string, looks: number): Promise<void> => {
    const now = await fingerprint(folder);
    if (now !== before && looks < MAX_SETTLING_LOOKS) return later(SETTLE_MS, () => settle(now, looks + 1));
    if (closed) return;
    const same = now === seen;
    seen = now;
    later(lookEveryMs, look);
    if (!same) changed();
  };
  void look();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** What would differ if a file did. Never rejects: what cannot be read is a state like another. */
async function fingerprint(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const [templates, others] = [names.filter(isTemplate), names.filter((name) => !isTemplate(name) && name[0] !== '.')];
  const files = [...templates.sort().slice(0, MAX_ENTRIES), ...others.sort().slice(0, MAX_ENTRIES)];
  const stats = await Promise.all(
    files.map(async (name) => {
      const found = await stat(join(folder, name), { bigint: true }).catch(() => undefined);
      return isTemplate(name) ? `${name} ${found?.ino} ${found?.size} ${found?.mtimeNs}` : `${name} ${found?.mode}`;
    }),
  );
  return stats.join('\n');
}
