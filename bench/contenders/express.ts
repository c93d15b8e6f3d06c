import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';

/** The receiver of the tutorials: Express, JSON body parser, HMAC over the body serialised again. It stores nothing. */
const secret = process.env.WIZSTATUS_SECRETS ?? '';
const app = express();
app.use(express.json());

app.post('/webhook', (request, response) => {
  const signature = request.headers['x-signature'];
  const expected = createHmac('sha256', secret).update(JSON.stringify(request.body)).digest('hex');
  if (
    typeof signature !== 'string' ||
    signature.length !== expected.length ||
    !timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
  ) {
    response.status(401).json({ error: 'Invalid signature' });
    return;
  }
  response.status(200).json({ status: 'ok' });
});

const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, msg: 'ready' }));
});
