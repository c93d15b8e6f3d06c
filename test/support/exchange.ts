import { connect } from 'node:net';

/** Writes these bytes and reads what comes until the other side closes. */
export async function exchange(port: number, text: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // closed in the middle of writing: what was read so far is the answer
  socket.write(text);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  return new Promise((resolve) => socket.once('close', () => resolve(answer)));
}
