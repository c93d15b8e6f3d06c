import { cut } from '../../domain/cut.ts';
import type { Block, Line, Principal, Spans } from '../../domain/model.ts';
import type { Rendered } from '../../domain/ports.ts';
import { visible } from '../../domain/visible.ts';
import { activityOf, lineRoom } from './activity.ts';
import { literalCost } from './costs.ts';
import type { Element } from './elements.ts';
import { BOT, limitFaults } from './limits.ts';
import { mentionsOf } from './mentions.ts';
import { blockWords, cutNote } from './words.ts';

/** A line of the timeline as a reply in the thread: who, what, when, and what a runbook printed. `mentions`: only of what is told in the channel. */
export function renderLine(told: Line, principals: readonly Principal[] = []): Rendered {
  const line = cleaned(told);
  const name = cut(line.actor.name, lineRoom(BOT), (piece) => literalCost(piece, BOT));
  const mentions = mentionsOf(principals, BOT);
  const withWords = (words: readonly Element[]) =>
    activityOf(`${name} ${line.text}`, { body: [...words, ...mentions.elements] }, mentions, BOT);

  const note = cutNote('console'); // this is the thread
  const room = BOT.most - BOT.size(JSON.stringify(withWords([note])));
  const words = blockWords(blocksOf(line, name), room, line.at, BOT);
  const json = withWords(words.cut.length === 0 ? words.elements : [...words.elements, note]);
  return {
    json,
    cut: [...(name === line.actor.name ? [] : [line.actor.name]), ...words.cut, ...mentions.cut],
    faults: limitFaults(json, BOT),
  };
}

/** A timeline keeps what was said; what is shown hides and reorders nothing. */
function cleaned({ detail, ...line }: Line): Line {
  return {
    ...line,
    actor: { ...line.actor, name: visible(line.actor.name) },
    text: visible(line.text),
    ...(detail === undefined ? {} : { detail: visible(detail) }),
  };
}

function blocksOf({ at, kind, text, detail }: Line, name: string): readonly Block[] {
  const spans: Spans = [
    { kind: 'text', text: name, bold: true },
    { kind: 'text', text: ` ${text.trim() === '' ? kind : text} · ` },
    { kind: 'time', at, style: 'clock' },
  ];
  return [
    { kind: 'paragraph', spans },
    ...(detail === undefined || detail === '' ? [] : [{ kind: 'code' as const, text: detail }]),
  ];
}
