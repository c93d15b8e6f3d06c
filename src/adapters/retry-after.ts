/** What a Retry-After says, in milliseconds: seconds, or a date (one that is past: at once). https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfter(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : undefined;
}
