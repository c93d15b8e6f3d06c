import { Client } from 'undici';
import { TOKEN } from '../contender.ts';
import type { IncidentJson } from './events.ts';

/** As a program that has the console's token. */
export const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };

export async function get(client: Client, path: string, headers: Readonly<Record<string, string>> = AUTHORIZATION) {
  const { statusCode, body } = await client.request({ method: 'GET', path, headers: { ...headers } });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`GET ${path}: ${statusCode} ${text.slice(0, 200)}`);
  return text;
}

/** Throws where it is not done. */
export async function acknowledge(client: Client, incident: string): Promise<void> {
  const path = `/api/incidents/${incident}/actions/acknowledge`;
  const { statusCode, body } = await client.request({ method: 'POST', path, headers: AUTHORIZATION });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`POST ${path}: ${statusCode} ${text.slice(0, 200)}`);
}

/** All of them, a page at a time. */
export async function allIncidents(url: string): Promise<readonly IncidentJson[]> {
  const client = new Client(url);
  const all: IncidentJson[] = [];
  let next: string | null = '';
  while (next !== null) {
    const answer = JSON.parse(await get(client, `/api/incidents?limit=200${next && `&before=${next}`}`));
    all.push(...answer.incidents);
    next = answer.next;
  }
  await client.close();
  return all;
}
