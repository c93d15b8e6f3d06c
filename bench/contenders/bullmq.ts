import { Queue } from 'bullmq';
import { receive } from './receive.ts';

/** The usual queue: each webhook is a job in Redis. Nobody works on the jobs here, so that it only has to take them. */
const queue = new Queue('webhooks', { connection: { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) } });
await queue.waitUntilReady();
await receive(async ({ source, id, events, labels }) => {
  await queue.add(source.name, { events, labels }, id === undefined ? {} : { jobId: id });
});
