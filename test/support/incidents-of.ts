import type { Bridge, IncidentJson } from './bridge.ts';

/** Every incident that a bridge shows, the newest first; with `text`, those that hold it. */
export async function incidentsOf(bridge: Bridge, text = ''): Promise<readonly IncidentJson[]> {
  const found: IncidentJson[] = [];
  const query = new URLSearchParams({ limit: '200', ...(text !== '' && { q: text }) });
  for (;;) {
    const page = await bridge.api<{ incidents: IncidentJson[]; next: string | null }>(`/incidents?${query}`);
    found.push(...page.incidents);
    if (page.next === null) return found;
    query.set('before', page.next);
  }
}

/** `Production API is down` is about `Production API`. */
export function monitorOf({ title }: Pick<IncidentJson, 'title'>): string {
  return title.replace(/ is (down|up)$/, '');
}
