import type { Declarations } from './declarations.ts';
import type { Entry } from './dotenv.ts';
import { listItems } from './schemas.ts';

/** Every secret text, for the log to leave out. What `.env` sets and nothing declares can only be a runbook's secret. */
export function secretValues(
  values: ReadonlyMap<string, string>,
  undeclared: readonly Entry[],
  declarations: Declarations,
): readonly string[] {
  const own = [...values].filter(([name]) => declarations.find(name)?.variable.secret).map(([, text]) => text);
  const texts = [...own, ...undeclared.filter(({ name }) => !name.endsWith('_FILE')).map(({ value }) => value)];
  return [...new Set(texts.flatMap(secretParts))].filter((part) => part !== '');
}

/** One item of a list is a secret too, and so is the password in an address; an address without one is none. */
function secretParts(text: string): readonly string[] {
  const url = URL.parse(text);
  if (url?.protocol === 'sqlite:') return [];
  const password = url === null || url.password === '' ? [] : [url.password, unescaped(url.password)];
  return [text, ...listItems(text).map((item) => item.text), ...password];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % stands for itself
  }
}
