import { randomBytes } from 'node:crypto';

/** Crockford's base 32 without look-alikes, lower case: sorts as it counts. https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 9; // 45 bits of milliseconds: until the year 3084
const RANDOM_CHARACTERS = 7; // 35 bits: at 10,000 ids a millisecond a collision is one in 700 that millisecond, and ids are unique keys

/** An id of 16 characters that sorts by `now` (epoch milliseconds). */
export function newId(now: number): string {
  let time = '';
  for (let rest = now, n = 0; n < TIME_CHARACTERS; n++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  let random = '';
  for (const byte of randomBytes(RANDOM_CHARACTERS)) random += ALPHABET[byte % 32];
  return time + random;
}
