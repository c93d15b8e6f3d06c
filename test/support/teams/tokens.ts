import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Who signs what Teams sends. */
export interface Signer {
  readonly keys: { readonly keys: readonly object[] }; // as they are published
  sign(claims: object, header?: object): string;
}

export function newSigner(kid: string, endorsements: readonly string[] = ['msteams']): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    keys: {
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256', endorsements }],
    },
    sign: (claims, header = { alg: 'RS256', typ: 'JWT', kid }) => signed(claims, header, privateKey),
  };
}

function signed(claims: object, header: object, key: KeyObject): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

/** A token that says of itself that nobody signed it. */
export const unsigned = (claims: object): string => `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`;

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
