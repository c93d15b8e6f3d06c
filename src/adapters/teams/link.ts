import type { OpenUrl, TextBlock } from './elements.ts';
import type { Limits } from './limits.ts';
import { lineElement } from './lines.ts';
import { lineOf } from './text.ts';

/** The way to the monitor: from the title, and from a line that shows its host, as a title can say what it likes about where it leads. */
export interface Link {
  readonly open: OpenUrl;
  readonly line: TextBlock;
}

/** Undefined where there is none, or one that is too long. */
export function linkOf(url: string | undefined, { most, size }: Limits): Link | undefined {
  const host = URL.parse(url ?? '')?.host;
  if (url === undefined || !host) return undefined;
  const line = lineElement([{ kind: 'text', text: host, url }], { now: 0 });
  const link: Link = { open: { type: 'Action.OpenUrl', title: lineOf(host), url }, line: line as TextBlock };
  return size(JSON.stringify(link)) <= most * LINK_SHARE ? link : undefined;
}

const LINK_SHARE = 1 / 16; // of a message
