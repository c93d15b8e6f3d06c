import { z } from 'zod';

/** A text that no value may enter: it says where a run acts. */
export function fixedText(what: string, form = /^.{1,255}$/s, shape = 'a text of up to 255 characters') {
  return z
    .string()
    .regex(/^(?!.*\{[{%])/s, `${what} is fixed, so no value may stand in it`)
    .regex(form, `${what} is ${shape}`);
}

/** In place of a service's own address. */
export const fixedEndpoint = fixedText('the endpoint', /^https?:\/\/[^\s/?#@]+\/?$/, 'https://host or http://host:port')
  .refine((text) => URL.canParse(text), 'the endpoint is no address')
  .transform((text) => text.replace(/\/$/, ''));
