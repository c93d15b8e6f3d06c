import type { Decision } from '../domain/ports.ts';

/** A press whose argument or input cannot be used. `path`: `inputs.reason`, `argument`. */
export function invalidInput(text: string, path: string): Decision {
  return { kind: 'refused', code: 'invalid_input', text, details: [{ path, message: text }] };
}
