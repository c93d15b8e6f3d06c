import { follow, type IncidentJson, isShown } from './events.ts';

/** Several open event streams, and when the last of them showed something. */
export interface Watching {
  /** performance.now() when every stream had shown this incident so, its card right. Throws where one never does. */
  shown(what: { readonly key: string; readonly status: string }): Promise<number>;
  idOf(key: string): string;
  close(): void;
}

const WITHIN_MS = 10_000;

export async function watch(url: string, streams: number): Promise<Watching> {
  const sights = new Map<string, { count: number; readonly done: PromiseWithResolvers<number> }>();
  const ids = new Map<string, string>();
  const sightOf = (name: string) => {
    const known = sights.get(name) ?? { count: 0, done: Promise.withResolvers<number>() };
    sights.set(name, known);
    return known;
  };
  const open = await Promise.all(
    Array.from({ length: streams }, () => {
      const mine = new Set<string>(); // a stream shows an incident more than once
      return follow(url, (incident, at) => {
        const name = nameOf(incident);
        if (!isShown(incident) || mine.has(name)) return;
        mine.add(name);
        ids.set(incident.key, incident.id);
        const sight = sightOf(name);
        sight.count += 1;
        if (sight.count === streams) sight.done.resolve(at);
      });
    }),
  );
  return {
    shown(what) {
      const name = nameOf(what);
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new Error(`${name} is not on every stream.`)), WITHIN_MS);
      return Promise.race([sightOf(name).done.promise, late.promise]).finally(() => clearTimeout(timer));
    },
    idOf: (key) => ids.get(key) ?? '',
    close() {
      for (const stream of open) stream.close();
    },
  };
}

const nameOf = ({ key, status }: Pick<IncidentJson, 'key' | 'status'>) => `${key} ${status}`;
