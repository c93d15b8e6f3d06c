import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isLoopback } from '../domain/addresses.ts';
import type { Fault } from '../domain/errors.ts';

type Values = ReadonlyMap<string, string>;

interface Listening {
  readonly host: string;
  readonly requireHttps?: boolean;
}

/** Whether webhooks must come by HTTPS: as REQUIRE_HTTPS says, else wherever other machines can reach the host. */
export function requiresHttps({ host, requireHttps }: Listening): boolean {
  return requireHttps ?? !isLoopback(host);
}

/** Of a certificate and its key only one is set. `unread`: those that are set to a file that cannot be read. */
export function halfTls(values: Values, unread: readonly string[]): readonly Fault[] {
  const missing = ['TLS_CERT_FILE', 'TLS_KEY_FILE'].filter((name) => !values.has(name) && !unread.includes(name));
  return missing.length !== 1
    ? []
    : missing.map((place) => ({
        place,
        message: `${place} is not set, its other half is`,
        cure: 'set both, or neither',
      }));
}

/** The key is another certificate's: every handshake would fail. */
export function strangeKey({ cert, key }: { readonly cert: string; readonly key: string }): readonly Fault[] {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    ? []
    : [
        {
          place: 'TLS_KEY_FILE',
          message: 'the key does not belong to the certificate',
          cure: 'give the key that TLS_CERT_FILE was made with, and the certificate of this host first in its file',
        },
      ];
}

/** HTTPS is required, and no request can ever be seen to have come by it. The rest works, so it is no fault. */
export function nothingAccepted(values: Values, listening: Listening): readonly Fault[] {
  const canCome = ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TRUST_PROXY'].some((name) => values.has(name));
  if (canCome || !requiresHttps(listening)) return [];
  return [
    {
      place: values.has('REQUIRE_HTTPS') ? 'REQUIRE_HTTPS' : 'HOST',
      message: `webhooks to ${listening.host} must come by HTTPS, and nothing here speaks it: each is answered 403`,
      cure: 'set TLS_CERT_FILE and TLS_KEY_FILE; or TRUST_PROXY to the address of the proxy that speaks HTTPS; or REQUIRE_HTTPS=false in a network that you trust',
    },
  ];
}
