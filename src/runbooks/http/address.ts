import { EMPTY } from '../../templates/liquid.ts';

/** Protocol and host, and what follows. The host ends where a browser would end it, and holds neither Liquid nor a name and password. */
const PARTS = /^(https?:\/\/[^\s/?#\\@{}]+)(.*)$/is;
const LIQUID = /\{\{.*?\}\}|\{%.*?%\}/gs;
const CURE = 'Write https://host/path; the host is fixed, values stand behind it.';

/** What is wrong with an address as the admin wrote it, with its Liquid. */
export function addressFault(written: string): { readonly message: string; readonly cure: string } | undefined {
  const [, origin, rest = ''] = PARTS.exec(written) ?? [];
  if (origin === undefined || !/^(?:[/?#]|$)/.test(rest)) {
    return /^[^/]*\/\/[^/?#]*@/.test(written)
      ? { message: 'A name or password stands before the host.', cure: 'Give them in "headers": Authorization.' }
      : { message: 'The host is not written out.', cure: CURE };
  }
  const sample = addressOf(written.replaceAll(LIQUID, 'x'));
  return sample instanceof URL ? undefined : { message: `${sample}.`, cure: CURE };
}

/**
 * Where a rendered address leads, or why it leads nowhere. A value is one step of a path at most, never one upwards, and never an empty
 * one: what is meant for one ticket would reach all of them.
 */
export function addressOf(rendered: string): URL | string {
  const [, origin, rest = ''] = PARTS.exec(rendered) ?? [];
  if (origin === undefined || !/^(?:[/?#]|$)/.test(rest)) return 'The host is not written out';
  const [path = ''] = rest.split(/[?#]/, 1);
  const steps = path.split(/[/\\]/);
  if (steps.some((step) => step !== '' && BLANK.test(withoutEmpty(step))))
    return `A value in the path is empty: ${path.replaceAll(EMPTY, '…')}`;
  if (steps.some((step) => /^(?:\.|%2e){1,2}$/i.test(withoutEmpty(step)))) return 'The path goes upwards (. or ..)';
  return URL.parse(withoutEmpty(rendered)) ?? 'The address cannot be read';
}

const BLANK = /^(?:%(?:20|0[9-d]))*$/i; // spaces reach as far as nothing does
const withoutEmpty = (text: string): string => text.replaceAll(EMPTY, '');
