import type { Encoding, SpecFault } from '../../domain/ports.ts';
import type { HttpSpec } from './http.ts';

/** They say where a request goes or where it ends, so they are never the runbook's. */
const OWN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|accept-encoding|proxy-.*)$/i;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/; // https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2

/** How a value is escaped in `body`, by the type that the runbook gives it. Undefined: nobody knows. */
export function bodyEncoding({ headers }: HttpSpec): Encoding | undefined {
  const type = (headerOf(headers, 'content-type') ?? 'text/plain').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/plain') return 'argument';
  if (type === 'application/x-www-form-urlencoded') return 'url';
  if (/[/+](?:x-nd)?json$/.test(type)) return 'json';
  return /[/+]xml$/.test(type) ? 'xml' : undefined;
}

/** What is wrong with what it would send. */
export function contentFaults(spec: HttpSpec): readonly SpecFault[] {
  const { method, headers, json, body } = spec;
  const faults: SpecFault[] = [];
  for (const name of Object.keys(headers)) {
    const path = ['headers', name];
    if (!TOKEN.test(name)) faults.push({ path, message: `"${name}" is no name of a header.`, cure: 'Correct it.' });
    else if (OWN_HEADERS.test(name))
      faults.push({ path, message: `The header ${name} is set by the request itself.`, cure: 'Take it out.' });
  }
  const key = json === undefined ? 'body' : 'json';
  if (json !== undefined && body !== undefined)
    faults.push({ path: ['body'], message: 'There are both "json" and "body".', cure: 'Keep one of them.' });
  if ((method === 'GET' || method === 'HEAD') && (json !== undefined || body !== undefined))
    faults.push({ path: [key], message: `A ${method} sends no body.`, cure: 'Take it out, or use POST.' });
  const type = headerOf(headers, 'content-type') ?? '';
  if (/\{[{%]/.test(type)) {
    const cure = 'Write it out: values in "body" are escaped by it.';
    faults.push({ path: ['headers'], message: 'The Content-Type is not fixed.', cure });
  } else if (body !== undefined && /\{[{%]/.test(body) && bodyEncoding(spec) === undefined) {
    const cure = 'Use text/plain, JSON, XML or application/x-www-form-urlencoded, or "json:".';
    faults.push({ path: ['body'], message: `How values are escaped in ${type} is not known.`, cure });
  }
  return faults;
}

/** What is sent: its body, and its headers in lower case. `isRepeatable`: it changes nothing, however often it is sent. */
export function contentOf({ headers, json, body }: HttpSpec, run: string, isRepeatable: boolean) {
  const type = json !== undefined ? 'application/json' : body !== undefined ? 'text/plain; charset=utf-8' : undefined;
  const text = json !== undefined ? JSON.stringify(json, wellFormed) : body;
  return {
    headers: {
      'user-agent': 'Tocsin',
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...(isRepeatable ? {} : { 'idempotency-key': run }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...headersOf(headers),
    },
    ...(text === undefined ? {} : { body: text }),
  };
}

const wellFormed = (_key: string, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value);

/** The same without what belongs to a body: for the GET that is made first. */
export function searchHeaders(spec: HttpSpec): Readonly<Record<string, string>> {
  const {
    'content-type': _type,
    'idempotency-key': _key,
    ...rest
  } = contentOf({ ...spec, json: undefined }, '', true).headers as Readonly<Record<string, string>>;
  return rest;
}

/** No value begins another header: what is no text becomes a space. Beyond ASCII it is UTF-8. */
function headersOf(headers: HttpSpec['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const line = value
        .toWellFormed()
        .replaceAll(/\p{Cc}+/gu, ' ')
        .trim();
      return [name.toLowerCase(), Buffer.from(line).toString('latin1')];
    }),
  );
}

function headerOf(headers: HttpSpec['headers'], wanted: string): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
