import type { Severity } from '../domain/model.ts';

const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  critical: ['critical', 'disaster', 'fatal', 'sev0', 'p1'],
  error: ['error', 'high', 'sev1', 'p2'],
  warning: ['warning', 'average', 'medium', 'sev2', 'p3'],
  info: ['info', 'information', 'not classified', 'low', 'sev3', 'sev4', 'p4', 'p5'],
};

const severities = new Map(
  Object.entries(WORDS).flatMap(([severity, words]) => words.map((word) => [word, severity as Severity] as const)),
);

/** The severity that a sender's word means, in any case; undefined for words that state none (`page`, `none`). */
export function severityOf(word: string | undefined): Severity | undefined {
  return severities.get(word?.trim().toLowerCase() ?? '');
}
