import { createHmac, hash } from 'node:crypto';
import type { Button } from './model.ts';
import { type Pressed, pressId, readPressId } from './press-id.ts';
import { sameSecret } from './same-secret.ts';

/** One press of one button, for whoever opens the link: where a channel can show no buttons. */
export interface SignedLink extends Pressed {
  readonly id: string; // of the press: it is done once
  readonly destination: string; // whose card shows it
  readonly until: number;
}

export const LINK_LASTS_MS = 86_400_000;

/** `<what it is for>.<HMAC-SHA256>`, both in base64url. Undefined where the button's argument cannot be written so. */
export function signLink(
  key: string,
  link: { readonly incident: string; readonly destination: string; readonly until: number },
  button: Pick<Button, 'action' | 'argument'>,
): string | undefined {
  const press = pressId(link.incident, button);
  if (press === undefined) return undefined;
  const what = Buffer.from([link.until.toString(36), press, link.destination].join(' ')).toString('base64url');
  return `${what}.${signature(key, what)}`;
}

export type LinkReading =
  | { readonly kind: 'valid'; readonly link: SignedLink }
  | { readonly kind: 'expired' }
  | { readonly kind: 'forged' };

/** Nothing in a token is looked at before its signature is known to be ours. */
export function readLink(key: string, token: string, now: number): LinkReading {
  const [what = '', signed = ''] = token.split('.', 2);
  if (token !== `${what}.${signed}` || !sameSecret(signed, signature(key, what))) return { kind: 'forged' };
  const [end = '', press = '', destination = ''] = Buffer.from(what, 'base64url').toString().split(' ');
  const until = Number.parseInt(end, 36);
  const pressed = readPressId(press);
  if (pressed === undefined) return { kind: 'forged' };
  if (now >= until) return { kind: 'expired' };
  return { kind: 'valid', link: { ...pressed, id: hash('sha256', token, 'base64url'), destination, until } };
}

/** Told apart from what else the key signs. */
function signature(key: string, what: string): string {
  return createHmac('sha256', key).update(`signed link ${what}`).digest('base64url');
}
