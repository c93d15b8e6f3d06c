import { hash } from 'node:crypto';
import { z } from 'zod';
import type { AlertEvent } from '../domain/model.ts';
import type { Parsed, Source, WebhookRequest } from '../domain/ports.ts';
import { makeEvent } from './event.ts';
import { parseJson } from './json.ts';
import { id, notFrom, number, objectOf, shaped, text } from './shape.ts';
import { signHmac, verifyHmac } from './signature.ts';
import { timeOf } from './time.ts';

const LONGEST_ID = 256; // characters; a longer request id is not used, and the bytes decide what is a repetition

const payload = z.object({
  event_type: z.string('must be a text such as monitor.down').min(1, 'must not be empty'),
  timestamp: z.unknown().optional(),
  monitor: objectOf({ id, name: text, url: text, type: text }),
  check: objectOf({ response_code: number, response_time_ms: number, location: text }),
  incident: objectOf({ id }),
});
type Payload = z.output<typeof payload>;

const THOUSANDS = /\B(?=(?:\d{3})+$)/g; // `toLocaleString` takes ten times as long, for each webhook

const STATES: Readonly<Record<string, { readonly kind: AlertEvent['kind']; readonly word: string }>> = {
  'monitor.down': { kind: 'firing', word: 'down' },
  'monitor.up': { kind: 'resolved', word: 'up' },
};

export const wizstatus: Source = {
  name: 'wizstatus',
  label: 'WizStatus',
  auth: 'HMAC-SHA256 of the body in X-Signature',
  verify: (request, secrets) => verifyHmac(request.body, request.headers['x-signature'], secrets),
  parse(request, now) {
    const said = shaped(payload, parseJson(request.body), 'WizStatus');
    const key = said.incident?.id ?? said.monitor?.id;
    const state = Object.hasOwn(STATES, said.event_type) ? STATES[said.event_type] : undefined;
    if (key === undefined) {
      if (state === undefined) return { kind: 'ignored', reason: `${said.event_type.slice(0, 80)} names no monitor.` };
      throw notFrom('WizStatus', [{ path: 'monitor.id', message: 'is missing, and there is no incident.id either' }]);
    }
    return { kind: 'events', ...requestId(request), events: [eventOf(said, key, state, now)] };
  },
  sign(body, secret, now) {
    const id = `${hash('sha256', body).slice(0, 16)}-${now}`;
    return {
      method: 'POST',
      query: new URLSearchParams(),
      headers: {
        'content-type': 'application/json',
        'x-request-id': id,
        'x-signature': signHmac(body, secret),
      },
      body,
    };
  },
  sample(state, secret, now, what) {
    const name = what?.monitor ?? 'Production API';
    const slug =
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '') || hash('sha256', name).slice(0, 8);
    const incident = what?.id ?? `inc_${slug}`;
    const down = state === 'firing';
    const body = Buffer.from(
      JSON.stringify({
        event_type: down ? 'monitor.down' : 'monitor.up',
        timestamp: new Date(now).toISOString(),
        monitor: { id: `mon_${slug}`, name, url: `https://${slug}.example.com/health`, type: 'http' },
        check: {
          status: down ? 'down' : 'up',
          response_code: down ? 500 : 200,
          response_time_ms: down ? 2_500 : 84,
          location: 'us-east',
        },
        incident: { id: incident, started_at: new Date(now).toISOString(), duration_seconds: 0 },
      }),
    );
    return wizstatus.sign(body, secret, now);
  },
};

function eventOf(said: Payload, key: string, state: (typeof STATES)[string] | undefined, now: number): AlertEvent {
  const { monitor, check } = said;
  const name = monitor?.name ?? monitor?.url ?? monitor?.id ?? key;
  const code = check?.response_code || undefined; // 0: nothing answered
  return makeEvent({
    key,
    kind: state?.kind ?? 'info',
    at: timeOf(said.timestamp, now),
    title: state ? `${name} is ${state.word}` : `${name}: ${said.event_type}`,
    brief: [check?.location, code && `HTTP ${code}`].filter(Boolean).join(', '),
    text: checkText(check, code, state?.kind === 'firing'),
    monitor: name,
    url: monitor?.url,
    labels: {
      monitor_id: monitor?.id,
      type: monitor?.type,
      location: check?.location,
      response_code: code?.toString(),
    },
  });
}

/** `HTTP 500 after 2,500 ms from us-east.` */
function checkText(check: Payload['check'], code: number | undefined, down: boolean): string | undefined {
  const answer = code !== undefined ? `HTTP ${code}` : down && check ? 'No answer' : undefined;
  const ms = check?.response_time_ms;
  const parts = [
    answer,
    ms !== undefined && `after ${String(Math.round(ms)).replace(THOUSANDS, ',')} ms`,
    check?.location && `from ${check.location}`,
  ];
  return answer && `${parts.filter(Boolean).join(' ')}.`;
}

function requestId(request: WebhookRequest): Pick<Extract<Parsed, { kind: 'events' }>, 'id'> {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' && id !== '' && id.length <= LONGEST_ID ? { id } : {};
}
