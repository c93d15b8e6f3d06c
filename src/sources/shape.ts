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
