import type { Actor, OpenList } from '../../src/domain/model.ts';
import { openList } from '../../src/formatter/open-list.ts';
import { incident } from './incident.ts';

export const CONSOLE = 'https://tocsin.example.com';
const NOW = Date.UTC(2026, 10, 24, 13);

/** As many open incidents as there are texts, each with its text as its title and its owner's name. `more`: that are not listed. */
export function openListOf(texts: readonly string[], { more = 0, publicUrl = CONSOLE } = {}): OpenList {
  const owner: Actor = { platform: 'slack', tenant: 'T1', id: 'U1', name: 'Maya' };
  const incidents = texts.map((text, index) =>
    incident({
      id: idOf(index),
      title: text,
      monitor: '',
      owner: { ...owner, name: text },
      snoozedUntil: NOW + 60_000,
    }),
  );
  return openList({ incidents, firing: texts.length, acknowledged: more, now: NOW, publicUrl });
}

export const idOf = (index: number): string => `01k${String(index).padStart(13, '0')}`;
