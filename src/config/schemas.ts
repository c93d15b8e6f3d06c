import { z } from 'zod';
import { type AddressList, type AddressRange, parseAddresses, parseTrustProxy } from '../domain/addresses.ts';
import { DURATION_FORMS, durationText, parseDuration } from '../domain/duration.ts';
import type { Principal } from '../domain/model.ts';
import { PRINCIPAL_FORMS, parsePrincipal } from '../domain/principal.ts';

/** What a schema of an environment variable says beyond zod's message: where in the value, and what to do. */
export interface Hint {
  readonly column?: number; // from 1
  readonly cure: string;
}

interface Wrong extends Hint {
  readonly message: string;
}

/** A schema from text. No message may repeat the value of a secret. */
function read<T>(parse: (text: string) => { readonly value: T } | { readonly wrong: readonly Wrong[] }) {
  return z.string().transform((text, context): T => {
    const answer = parse(text);
    if ('value' in answer) return answer.value;
    for (const { message, ...params } of answer.wrong) {
      context.issues.push({ code: 'custom', message, params, input: text });
    }
    return z.NEVER;
  });
}

const wrong = (message: string, cure: string, column = 1) => ({ wrong: [{ message, cure, column }] });

/** `a, b`: the parts that are not empty, with the column where each begins. */
export function listItems(text: string): readonly { readonly text: string; readonly column: number }[] {
  return [...text.matchAll(/[^,\s](?:[^,]*[^,\s])?/g)].map((found) => ({ text: found[0], column: found.index + 1 }));
}

export const plainText = () => z.string();

export const oneOf = <const T extends string>(choices: readonly T[]) =>
  read<T>((text) => {
    const choice = choices.find((each) => each === text.toLowerCase());
    return choice === undefined ? wrong('is not a choice', `use one of ${choices.join(', ')}`) : { value: choice };
  });

export const yesOrNo = () =>
  read<boolean>((text) => {
    if (/^(?:true|yes|on|1)$/i.test(text)) return { value: true };
    if (/^(?:false|no|off|0)$/i.test(text)) return { value: false };
    return wrong('is neither true nor false', 'write true or false');
  });

export const wholeNumber = (least: number, most: number, unit: string) =>
  read<number>((text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most
      ? { value }
      : wrong(`is no ${unit} from ${least} to ${most}`, 'write it in digits only');
  });

export const duration = (least: number, most: number) =>
  read<number>((text) => {
    const value = parseDuration(text);
    if (value === undefined) return wrong('is no duration', `write ${DURATION_FORMS}`);
    return value >= least && value <= most
      ? { value }
      : wrong('is out of bounds', `write a duration from ${durationText(least)} to ${durationText(most)}`);
  });

/** An http or https address, with a path where a proxy serves Tocsin under one; answered without a slash at its end. */
export const webAddress = () =>
  read<string>((text) => {
    const cure = 'write it as https://tocsin.example.com';
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol)) return wrong('is no http or https address', cure);
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
      return wrong('has more than a host, a port and a path', cure);
    }
    return { value: url.href.replace(/\/+$/, '') };
  });

export const databaseAddress = () =>
  read<string>((text) => {
    if (/^sqlite:.+/.test(text)) return { value: text };
    if (/^postgres(?:ql)?:\/\//.test(text)) {
      return wrong('PostgreSQL is not in this version yet', 'use sqlite:data/tocsin.db');
    }
    return wrong(
      'is no database that Tocsin knows',
      'use sqlite: and the path of a file, such as sqlite:data/tocsin.db',
    );
  });

const addressesBy = (parse: (text: string) => AddressList) =>
  read<readonly AddressRange[]>((text) => {
    const { ranges, problems } = parse(text);
    return problems.length > 0 ? { wrong: problems } : { value: ranges };
  });
export const addresses = () => addressesBy(parseAddresses);
export const trustedProxies = () => addressesBy(parseTrustProxy);

/** Secrets that are tried in turn, the newest first. An empty one would accept everything, so it is none. */
export const secretList = () =>
  read<readonly string[]>((text) => {
    const value = listItems(text).map((item) => item.text);
    return value.length > 0 ? { value } : wrong('holds no secret', 'write one secret or more, separated by commas');
  });

export const principals = () => principalsThat(() => true, PRINCIPAL_FORMS);

/** The ids of one human being: no group, no alias, and not the console, which is anybody who has its token. */
export const personIds = () =>
  principalsThat(
    ({ kind, platform }) => kind === 'person' && platform !== 'person' && platform !== 'console',
    'slack:U…, discord:<user id>, teams:<object id>',
  );

function principalsThat(fits: (principal: Principal) => boolean, forms: string) {
  return read<readonly Principal[]>((text) => {
    const items = listItems(text).map((item) => ({ ...item, principal: parsePrincipal(item.text) }));
    if (items.length === 0) return wrong('names nobody', `write ${forms}`);
    const misread = items.filter(({ principal }) => principal === undefined || !fits(principal));
    return misread.length === 0
      ? { value: items.flatMap(({ principal }) => principal ?? []) }
      : {
          wrong: misread.map((item) => ({
            message: `"${item.text}" does not fit here`,
            cure: `write ${forms}`,
            column: item.column,
          })),
        };
  });
}
