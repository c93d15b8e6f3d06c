import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a workflow posted in its channel. */
export interface Posted {
  readonly path: string;
  readonly at: number; // performance.now()
  readonly json: unknown;
}
export type Trouble =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    }
  | { readonly kind: 'stall' } // reads, and never answers
  | { readonly kind: 'drop' }; // posts, and breaks off before the answer

/** "When a Teams webhook request is received", as Power Automate serves it: no id comes back. */
export interface FakeWorkflows {
  readonly url: string;
  /** The address of one workflow, secret and all. */
  address(name: string): string;
  readonly posted: readonly Posted[]; // in order
  calls(): number;
  /** Of the next `times` calls. */
  script(trouble: Trouble, times?: number): void;
  heal(): void;
  close(): Promise<void>;
}

const MOST_BYTES = 28_000;
export const SIGNATURE = 'sEcReT-sig-of-the-workflow';

export async function startFakeWorkflows(): Promise<FakeWorkflows> {
  const posted: Posted[] = [];
  const scripts: Trouble[] = [];
  const stalled = new Set<ServerResponse>();
  let calls = 0;

  const server = createServer(async (request, response) => {
    calls++;
    const url = new URL(request.url ?? '/', 'http://workflows');
    const body = await bodyOf(request);
    const trouble = scripts.shift();
    if (trouble?.kind === 'stall') return void stalled.add(response);
    if (trouble?.kind === 'status') return answer(response, trouble.status, trouble.body, trouble.headers);
    if (request.method !== 'POST' || !url.pathname.startsWith('/workflows/'))
      return answer(response, 404, failed('WorkflowNotFound', 'The workflow could not be found.'));
    if (url.searchParams.get('sig') !== SIGNATURE)
      return answer(response, 401, failed('DirectApiAuthorizationRequired', 'The request must be authenticated.'));
    if (body.length > MOST_BYTES) return answer(response, 413, failed('RequestEntityTooLarge', 'It is too large.'));
    const json = parsed(body);
    if (!isCard(json)) return answer(response, 400, failed('InvalidTemplate', 'attachments is no list of cards.'));
    posted.push({ path: url.pathname, at: performance.now(), json });
    if (trouble?.kind === 'drop') return void response.destroy();
    answer(response, 202);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    address: (name) => `${url}/workflows/${name}/triggers/manual/paths/invoke?api-version=1&sig=${SIGNATURE}`,
    posted,
    calls: () => calls,
    script: (trouble, times = 1) => void scripts.push(...Array.from({ length: times }, () => trouble)),
    heal() {
      scripts.length = 0;
      for (const response of stalled) response.destroy();
      stalled.clear();
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

const failed = (code: string, message: string) => ({ error: { code, message } });

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function isCard(json: unknown): boolean {
  const { type, attachments } = (json ?? {}) as { type?: unknown; attachments?: { contentType?: unknown }[] };
  return (
    type === 'message' &&
    Array.isArray(attachments) &&
    attachments.length > 0 &&
    attachments.every(({ contentType }) => contentType === 'application/vnd.microsoft.card.adaptive')
  );
}

function answer(response: ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) });
  response.end(body === undefined ? '' : JSON.stringify(body));
}
