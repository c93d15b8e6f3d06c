import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { WebhookRequest } from '../domain/ports.ts';

const TIMEOUT_MS = 15_000; // far over what a bridge takes to store one webhook
const MAX_ANSWER = 65_536; // bytes

/** Sends `webhook` as it is to `url`. `trusted`: the certificate (PEM) that a bridge on this machine serves with. */
export function post(
  url: URL,
  webhook: WebhookRequest,
  trusted?: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      method: webhook.method,
      headers: { ...webhook.headers, 'content-length': webhook.body.byteLength },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      // By 127.0.0.1 the certificate cannot be known by its name, but it is known whole.
      ...(trusted === undefined ? {} : { ca: trusted, checkServerIdentity: () => undefined }),
    };
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, body: body.slice(0, MAX_ANSWER) }),
        reject,
      );
    });
    request.end(webhook.body);
  });
}
