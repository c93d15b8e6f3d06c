import { randomInt } from 'node:crypto';

/** Crockford's base 32 without look-alikes, lower case: sorts as it counts. https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 9; // 45 bits of milliseconds: until the year 3084
const TAIL_CHARACTERS = 7; // 35 bits
const TAILS = 32 ** TAIL_CHARACTERS;
const MOST_STEP = 2 ** 20; // an id is not guessed from its neighbour, and a millisecond holds thousands

/** An id of 16 characters that sorts by `now` (epoch milliseconds); those of this process also by the order in which they were made. */
export const newId = idMaker();

/** A row of ids of its own: none of them comes before the last one, whatever `now` it is given. */
export function idMaker(): (now: number) => string {
  let last = { time: 0, tail: 0 };
  return (now) => {
    const isLater = now > last.time;
    const tail = isLater ? randomInt(TAILS / 2) : last.tail + 1 + randomInt(MOST_STEP);
    last =
      tail < TAILS ? { time: isLater ? now : last.time, tail } : { time: last.time + 1, tail: randomInt(TAILS / 2) };
    return text(last.time, TIME_CHARACTERS) + text(last.tail, TAIL_CHARACTERS);
  };
}

/** Whether it has the form of an id; it may still be nobody's. */
export function isId(given: string): boolean {
  return ID.test(given);
}

const ID = new RegExp(`^[${ALPHABET}]{${TIME_CHARACTERS + TAIL_CHARACTERS}}$`);

function text(value: number, characters: number): string {
  let written = '';
  for (let rest = value; written.length < characters; rest = Math.floor(rest / 32))
    written = ALPHABET[rest % 32] + written;
  return written;
}
