import { startWire, type WireAnswer, type WireRequest, type WireServer } from './server.ts';

export interface Ticket {
  readonly id: number;
  readonly external_id: string | null;
  status: string;
  readonly subject: string;
  readonly priority?: string;
  readonly comments: string[];
}
interface Sent {
  readonly ticket?: {
    readonly subject?: string;
    readonly external_id?: string;
    readonly priority?: string;
    readonly status?: string;
    readonly comment?: { readonly body?: string };
  };
}

const STATES = ['new', 'open', 'pending', 'hold', 'solved', 'closed'];
const PRIORITIES = ['urgent', 'high', 'normal', 'low'];

/**
 * Zendesk's tickets, as far as the examples need them. `before`: what happens to a request in place of its answer, after it was done.
 * https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/
 */
export async function startZendesk(
  account: { readonly email: string; readonly token: string },
  trouble: (request: WireRequest) => WireAnswer | undefined = () => undefined,
): Promise<WireServer & { readonly tickets: readonly Ticket[] }> {
  const tickets: Ticket[] = [];
  const byKey = new Map<string, Ticket>();
  const authorization = `Basic ${Buffer.from(`${account.email}/token:${account.token}`).toString('base64')}`;
  const server = await startWire((request) => {
    const answer = answerTo(request);
    return trouble(request) ?? answer;
  });

  function answerTo({ method, path, query, headers, body }: WireRequest): WireAnswer {
    if (headers.authorization !== authorization) return { status: 401, json: { error: "Couldn't authenticate you" } };
    if (path === '/api/v2/tickets.json' && method === 'GET') {
      const found = tickets.filter(({ external_id }) => external_id === query.get('external_id'));
      return { status: 200, json: { tickets: found.map(shown), count: found.length, next_page: null } };
    }
    if (path === '/api/v2/tickets.json' && method === 'POST') return create(ticketIn(body), headers['idempotency-key']);
    const id = /^\/api\/v2\/tickets\/(\d+)\.json$/.exec(path)?.[1];
    const ticket = tickets.find((each) => String(each.id) === id);
    if (ticket === undefined) return { status: 404, json: { error: 'RecordNotFound', description: 'Not found' } };
    if (method === 'GET') return { status: 200, json: { ticket: shown(ticket) } };
    if (method === 'PUT') return update(ticket, ticketIn(body));
    return { status: 405, json: {} };
  }

  function create(sent: Sent['ticket'], key: string | string[] | undefined): WireAnswer {
    const comment = sent?.comment?.body ?? '';
    const isWrong = comment === '' || (sent?.priority !== undefined && !PRIORITIES.includes(sent.priority));
    if (sent === undefined || isWrong) return { status: 422, json: { error: 'RecordInvalid' } };
    const known = byKey.get(String(key));
    if (known !== undefined)
      return { status: 201, headers: { 'x-idempotency-lookup': 'hit' }, json: { ticket: shown(known) } };
    const ticket: Ticket = {
      id: 35_436 + tickets.length,
      external_id: sent.external_id ?? null,
      status: 'new',
      subject: sent.subject ?? '',
      ...(sent.priority === undefined ? {} : { priority: sent.priority }),
      comments: [comment],
    };
    tickets.push(ticket);
    if (key !== undefined) byKey.set(String(key), ticket);
    return { status: 201, json: { ticket: shown(ticket), audit: { id: 1 } } };
  }

  function update(ticket: Ticket, sent: Sent['ticket']): WireAnswer {
    const isWrong = sent === undefined || ticket.status === 'closed' || !STATES.includes(sent.status ?? ticket.status);
    if (isWrong) return { status: 422, json: { error: 'RecordInvalid' } };
    ticket.status = sent.status ?? ticket.status;
    if (sent.comment?.body !== undefined) ticket.comments.push(sent.comment.body);
    return { status: 200, json: { ticket: shown(ticket) } };
  }

  return { ...server, tickets };
}

function ticketIn(body: string): Sent['ticket'] {
  return (JSON.parse(body) as Sent).ticket;
}

function shown({ comments: [description], ...rest }: Ticket): object {
  return { ...rest, description, url: `https://acme.zendesk.com/api/v2/tickets/${rest.id}.json` };
}
