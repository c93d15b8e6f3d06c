import { startHttpChat } from './server.ts';

/** The chat server as a process of its own: prints its port, runs until it is told to end. */
const { HTTP_CHAT_PORT = '0' } = process.env;
const chat = await startHttpChat(Number(HTTP_CHAT_PORT));
process.stdout.write(`${new URL(chat.url).port}\n`);
process.once('SIGTERM', () => void chat.close());
