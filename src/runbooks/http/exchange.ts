import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { checkedLookup, LedAstray, type Resolve } from './resolve.ts';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Exchange =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly location?: string;
      readonly text: string;
      readonly lost?: string; // why the rest of its body is not here
    }
  | { readonly kind: 'not_sent' | 'no_answer'; readonly why: string };

export interface Network {
  readonly resolve: Resolve;
  readonly bodyWithinMs: number; // from the answer's head to its end
}

const MAX_BODY_BYTES = 1024 * 1024; // after decompression

/** One request over a connection of its own. Redirects are not followed; what an answer may hold and take is bounded. Never rejects. */
export async function exchange(asked: Asked, network: Network, signal: AbortSignal): Promise<Exchange> {
  let isConnected = false;
  try {
    const response = await send(asked, network.resolve, signal, () => {
      isConnected = true;
    });
    return { ...(await read(response, AbortSignal.any([signal, AbortSignal.timeout(network.bodyWithinMs)]))) };
  } catch (error) {
    return { kind: isConnected ? 'no_answer' : 'not_sent', why: whyNot(error, asked.url.hostname, signal) };
  }
}

function send(
  { method, url, headers, body }: Asked,
  resolve: Resolve,
  signal: AbortSignal,
  connected: () => void,
): Promise<IncomingMessage> {
  const { promise, resolve: answered, reject } = Promise.withResolvers<IncomingMessage>();
  const isSecure = url.protocol === 'https:';
  let outgoing: ClientRequest;
  try {
    // Without an agent nothing is kept, so no request goes over a connection that was made for another.
    const options = { method, headers, agent: false, lookup: checkedLookup(resolve), signal } as const;
    outgoing = (isSecure ? httpsRequest : httpRequest)(url, options);
  } catch (error) {
    reject(error);
    return promise;
  }
  outgoing.once('socket', (socket) => socket.once(isSecure ? 'secureConnect' : 'connect', connected));
  outgoing.once('response', answered);
  outgoing.on('error', reject);
  outgoing.end(body === undefined ? undefined : Buffer.from(body)); // a text would lend its encoding to the headers
  return promise;
}

/** The status is known whatever becomes of the body. */
async function read(response: IncomingMessage, signal: AbortSignal): Promise<Exchange> {
  const status = response.statusCode as number;
  const { location } = response.headers;
  const chunks: Uint8Array[] = [];
  const answered = (lost?: string): Exchange => ({
    kind: 'answered',
    status,
    ...(location === undefined ? {} : { location }),
    text: Buffer.concat(chunks).toString(),
    ...(lost === undefined ? {} : { lost }),
  });
  const decoder = decoderOf(response.headers['content-encoding']);
  if (decoder === undefined) {
    response.destroy();
    return answered('was in an encoding that was not asked for');
  }
  let size = 0;
  try {
    await pipeline(
      response,
      decoder,
      async (source: AsyncIterable<Uint8Array>) => {
        for await (const chunk of source) {
          size += chunk.length;
          if (size > MAX_BODY_BYTES) throw new TooLarge();
          chunks.push(chunk);
        }
      },
      { signal },
    );
    return answered();
  } catch (error) {
    response.destroy();
    return answered(error instanceof TooLarge ? 'was larger than 1 MB' : 'did not come whole');
  }
}

class TooLarge extends Error {}

/** None is asked for, and some servers compress all the same. */
function decoderOf(encoding = 'identity'): Transform | undefined {
  switch (encoding.trim().toLowerCase()) {
    case 'identity':
    case '':
      return new PassThrough();
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}

function whyNot(error: unknown, host: string, signal: AbortSignal): string {
  if (signal.aborted) return 'it was stopped';
  if (error instanceof LedAstray) return error.message;
  const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} is not known (${code})`;
    case 'ECONNREFUSED':
      return `nothing listens at ${host} (${code})`;
    default:
      return `the connection to ${host} failed (${code})`;
  }
}
