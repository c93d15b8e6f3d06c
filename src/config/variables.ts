import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { Source, Variables } from '../domain/ports.ts';
import {
  addresses,
  databaseAddress,
  duration,
  oneOf,
  personIds,
  plainText,
  principals,
  secretList,
  trustedProxies,
  webAddress,
  wholeNumber,
  yesOrNo,
} from './schemas.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIB = 1_048_576;

/** Every variable that no source and no platform declares. */
export const CORE = {
  HOST: {
    schema: plainText().default('127.0.0.1'),
    about: 'Address to listen on; left out, this machine alone (127.0.0.1).',
    example: '0.0.0.0',
  },
  PORT: {
    schema: wholeNumber(0, 65_535, 'port').default(3000),
    about: 'Port to listen on; 0 takes a free one.',
    example: '3000',
  },
  PUBLIC_URL: {
    schema: webAddress().optional(),
    about: 'How people and platforms reach Tocsin; used in links.',
    example: 'https://tocsin.example.com',
  },
  DATABASE_URL: {
    schema: databaseAddress().default('sqlite:data/tocsin.db'),
    about: 'Where everything is kept.',
    example: 'sqlite:data/tocsin.db',
    secret: true, // a database's address may carry its password
  },
  TLS_CERT_FILE: {
    schema: pem('certificate', (text) => new X509Certificate(text)).optional(),
    about: 'Certificate chain in PEM: Tocsin then serves HTTPS itself. Goes with TLS_KEY_FILE.',
    example: '/etc/tocsin/tls.crt',
  },
  TLS_KEY_FILE: {
    schema: pem('private key', createPrivateKey).optional(),
    about: 'Its private key in PEM, without a passphrase.',
    example: '/etc/tocsin/tls.key',
    secret: true,
  },
  REQUIRE_HTTPS: {
    schema: yesOrNo().optional(),
    about: 'Refuse webhooks over plain HTTP. Default: true, unless HOST is a loopback address.',
    example: 'true',
  },
  TRUST_PROXY: {
    schema: trustedProxies().optional(),
    about: 'Addresses or CIDRs of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.',
    example: '127.0.0.1, 10.0.0.0/8',
  },
  ALLOWED_IPS: {
    schema: addresses().optional(),
    about: 'Addresses or CIDRs that may send webhooks. Default: all.',
    example: '203.0.113.0/24, 2001:db8::/32',
  },
  ROUTE_DEFAULT: {
    schema: plainText().default('console'),
    about: 'Where incidents go that no other route took.',
    example: 'console',
  },
  'ROUTE_<NAME>': {
    schema: plainText(),
    about: 'A route: matchers -> destinations; options. Routes are read in the order of their names.',
    example: `'severity=critical -> console; stop'`,
  },
  RESPONDERS: { schema: principals().optional(), about: 'Who may press. Default: *, everybody.', example: 'console' },
  'RESPONDERS_<ACTION>': {
    schema: principals(),
    about: 'Who may press this one action, in place of RESPONDERS.',
    example: 'console',
  },
  'PERSON_<NAME>': {
    schema: personIds(),
    about: "One person's ids on several platforms.",
    example: "'slack:U0123ABCD, discord:112233445566778899'",
  },
  CONSOLE_TOKEN: {
    schema: plainText().optional(),
    about: 'Opens the console and its API. Default: a fresh one at each start, whose link is printed.',
    example: 'a-long-random-word',
    secret: true,
  },
  METRICS_TOKEN: {
    schema: plainText().optional(),
    about: 'Opens /metrics. Default: served to this machine only.',
    example: 'a-long-random-word',
    secret: true,
  },
  FALLBACK_DESTINATION: {
    schema: plainText().optional(),
    about: "Told when a destination cannot be reached, and of Tocsin's own troubles.",
    example: 'console',
  },
  ACK_EXPIRES: {
    schema: duration(1_000, 28 * DAY).optional(),
    about: 'An acknowledgement older than this is asked "still on it?", and ends without an answer. Default: never.',
    example: '4h',
  },
  TEMPLATES_DIR: {
    schema: plainText().default('templates'),
    about: 'Folder of the cards and runbooks.',
    example: 'templates',
  },
  LOG_LEVEL: { schema: oneOf(LOG_LEVELS).default('info'), about: `One of ${LOG_LEVELS.join(', ')}.`, example: 'info' },
  MAX_BODY_BYTES: {
    schema: wholeNumber(1_024, 64 * MIB, 'number of bytes').default(MIB),
    about: 'Larger webhooks are refused.',
    example: String(MIB),
  },
  RETENTION: {
    schema: duration(HOUR, 3_650 * DAY).default(90 * DAY),
    about: 'How long resolved incidents are kept.',
    example: '90d',
  },
} as const satisfies Variables;

/** The variables that one source has. */
export function variablesOf(source: Source) {
  return {
    secrets: {
      schema: secretList().optional(),
      about: `Turns ${source.label} on: its secrets, the newest first (${source.auth}).`,
      example: 'a-long-random-word',
      secret: true,
    },
    allowedIps: {
      schema: addresses().optional(),
      about: `Addresses or CIDRs that may send as ${source.label}, in place of ALLOWED_IPS.`,
      example: '203.0.113.7',
    },
  } as const satisfies Variables;
}

/** Those of all sources, under their names: `UPTIME_KUMA_SECRETS`. */
export function sourceVariables(monitors: readonly Source[]): Variables {
  return Object.fromEntries(
    monitors.flatMap((source) => {
      const { secrets, allowedIps } = variablesOf(source);
      const prefix = sourcePrefix(source.name);
      return [
        [`${prefix}_SECRETS`, secrets],
        [`${prefix}_ALLOWED_IPS`, allowedIps],
      ];
    }),
  );
}

/** `uptime-kuma` as it stands in variables: `UPTIME_KUMA`. */
export const sourcePrefix = (name: string) => name.toUpperCase().replaceAll('-', '_');

function pem(what: string, parse: (text: string) => unknown) {
  return z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch {
      // What OpenSSL says of it names bytes and routines, and nothing that a person could act on.
      context.addIssue({
        code: 'custom',
        message: `holds no ${what}`,
        params: { cure: `give a file with a ${what} in PEM` },
      });
    }
  });
}
