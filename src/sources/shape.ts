import { type ZodType, z } from 'zod';
import { InvalidPayload } from '../domain/errors.ts';

/** A text that may be missing: numbers and booleans as they would be written; null, blank and anything else as undefined. */
export const text = z
  .unknown()
  .optional()
  .transform((value) => {
    if (typeof value === 'string') return value.trim() === '' ? undefined : value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  });

/** What tells one thing from another, and may be missing: a text, or a number as its decimal text. Anything else is an issue. */
export const id = z
  .union([z.string(), z.number()], 'must be a text or a number')
  .nullish()
  .transform((value) => {
    if (typeof value === 'number') return decimalText(value);
    return value === null || value?.trim() === '' ? undefined : value;
  });

/** Never `1e+21`: the sender would not know its own id again. */
function decimalText(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

/** An object that may be missing. What is no object counts as missing; an issue within it is one. */
export function objectOf<S extends z.ZodRawShape>(shape: S) {
  return z.preprocess(
    (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined),
    z.object(shape).optional(),
  );
}

/** A number that may be missing, also written as a text. */
export const number = text.transform((value) => {
  const read = Number(value);
  return Number.isFinite(read) ? read : undefined;
});

/** An object of texts, such as labels. What is not a text, number or boolean is left out; so is the whole where it is no object. */
export const texts = z
  .record(z.string(), text)
  .nullish()
  .catch(undefined)
  .transform((value) => value ?? {});

/** The payload in the shape its sender promises, or InvalidPayload with every issue. Unknown fields are ignored. */
export function shaped<T>(shape: ZodType<T>, payload: unknown, sender: string): T {
  const result = shape.safeParse(payload);
  if (result.success) return result.data;
  throw notFrom(
    sender,
    result.error.issues.map((issue) => ({ path: issue.path.join('.') || 'body', message: issue.message })),
  );
}

export function notFrom(sender: string, details: readonly { path: string; message: string }[]): InvalidPayload {
  return new InvalidPayload(
    `This is not what ${sender} sends. Send its own payload, unchanged, and check that the path names the right monitoring system.`,
    details,
  );
}
