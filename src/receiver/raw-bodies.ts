import { Transform } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** The most that may ever be configured: Fastify's own limit is set once, ours is asked for each request. */
const MOST_BYTES = 64 * 1_048_576;

/** Bodies are the bytes that came, of any type. A larger one than `limit` is refused before it is read, or where it passes the limit. */
export function rawBodies(app: FastifyInstance, limit: () => number): void {
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.addHook('preParsing', async (request, _reply, payload) => {
    const most = limit();
    const declared = request.headers['content-length'];
    if (declared !== undefined) {
      if (Number(declared) > most) throw new TooLarge(); // Node reads no more than was declared
      return payload;
    }
    let received = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        if (received <= most) return done(null, chunk);
        payload.unpipe(counted);
        payload.resume(); // the rest is dropped: the answer would be lost with a connection that is closed while more comes
        done(new TooLarge());
      },
    });
    payload.on('error', (error) => counted.destroy(error));
    return payload.pipe(counted);
  });
}

class TooLarge extends Error {
  readonly statusCode = 413;
}
