import { randomBytes } from 'node:crypto';
import { wizstatus } from '../../src/sources/wizstatus.ts';

/** A webhook of WizStatus, signed, ready to be sent. */
export interface SignedWebhook {
  readonly key: string; // of its incident, as the bridge has it
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const newToken = (): string => randomBytes(24).toString('base64url');

/** `count` monitors that go down, each its own: another body, signature, request id and incident. Made ahead of the clock. */
export function webhooks(count: number, secret: string, series = 'a'): readonly SignedWebhook[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const id = `inc_${series}_${index}`;
    const { headers, body } = wizstatus.sample('firing', secret, now, { id, monitor: `Monitor ${series} ${index}` });
    return { key: `wizstatus:${id}`, headers: headers as Record<string, string>, body: Buffer.from(body) };
  });
}
