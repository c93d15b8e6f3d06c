import { startWire, type WireAnswer, type WireRequest, type WireServer } from './server.ts';

export interface PageIncident {
  readonly id: string;
  name: string;
  status: string;
  readonly incident_updates: { readonly status: string; readonly body: string }[];
}

const STATES = ['investigating', 'identified', 'monitoring', 'resolved'];

/** Statuspage's incidents, as far as the examples need them. https://developer.statuspage.io/#tag/incidents */
export async function startStatuspage(
  { page, key }: { readonly page: string; readonly key: string },
  trouble: (request: WireRequest) => WireAnswer | undefined = () => undefined,
): Promise<WireServer & { readonly incidents: readonly PageIncident[] }> {
  const incidents: PageIncident[] = [];
  const server = await startWire((request) => {
    const answer = answerTo(request);
    return trouble(request) ?? answer;
  });

  function answerTo({ method, path, query, headers, body }: WireRequest): WireAnswer {
    if (headers.authorization !== `OAuth ${key}`) return { status: 401, json: { error: 'Could not authenticate' } };
    const [, whole, id] = /^\/v1\/pages\/([^/]+)\/incidents(?:\/([^/]+))?$/.exec(path) ?? [];
    if (whole !== page) return { status: 404, json: { error: 'Not found' } };
    if (id === undefined && method === 'GET') return { status: 200, json: found(query.get('q') ?? '') };
    if (id === undefined && method === 'POST') return write(undefined, body);
    const incident = incidents.find((each) => each.id === id);
    if (incident === undefined) return { status: 404, json: { error: 'Not found' } };
    if (method === 'GET') return { status: 200, json: incident };
    return method === 'PATCH' ? write(incident, body) : { status: 405, json: {} };
  }

  /** In names and updates, newest first. */
  function found(text: string): readonly PageIncident[] {
    const holds = (each: PageIncident) => [each.name, ...each.incident_updates.map((one) => one.body)].join('\n');
    return incidents.filter((each) => holds(each).includes(text)).toReversed();
  }

  function write(known: PageIncident | undefined, sent: string): WireAnswer {
    const { name, status, body } = (JSON.parse(sent) as { readonly incident: Readonly<Record<string, string>> })
      .incident;
    if ((known === undefined && !name) || (status !== undefined && !STATES.includes(status)))
      return { status: 422, json: { error: ['is invalid'] } };
    const incident = known ?? { id: `p31zjtct2jer${incidents.length}`, name: '', status: '', incident_updates: [] };
    incident.name = name ?? incident.name;
    incident.status = status ?? (incident.status || 'investigating');
    if (body !== undefined) incident.incident_updates.push({ status: incident.status, body });
    if (known === undefined) incidents.push(incident);
    return { status: known === undefined ? 201 : 200, json: incident };
  }

  return { ...server, incidents };
}
