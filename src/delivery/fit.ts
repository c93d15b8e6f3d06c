import { cut } from '../domain/cut.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { Block, Card, Line } from '../domain/model.ts';
import type { Delivery, Rendered } from '../domain/ports.ts';
import type { Reached, Serving } from './serving.ts';

const TITLE_CHARACTERS = 120;

/** Sends the card as it is now. One that is refused for its size or shape is tried once more as a plain one. */
export async function sendFitting<T>(
  delivery: Delivery,
  reached: Reached,
  serving: Serving,
  send: (content: Rendered) => Promise<T>,
): Promise<T> {
  const card = cardOf(delivery, reached, serving);
  try {
    return await send(rendered(card, reached, serving));
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.failure.reason !== 'too_large') throw error;
    serving.log.warn({ delivery: delivery.id, failure: error.failure }, 'the card was refused, a plain one is tried');
    await serving.hold.confirm();
    return send(rendered(plainCard(card), reached, serving));
  }
}

/** Where nothing can be edited each message stands alone: it begins with why it came, and a further one mentions those whom a reply with its lines would. */
function cardOf(delivery: Delivery, { adapter }: Reached, serving: Serving): Card {
  const card = serving.card(delivery, serving.platform);
  if (adapter.edit !== undefined) return card;
  const meant = delivery.lines.flatMap(({ mention = [] }) => mention);
  const isToChannel = delivery.message === undefined || delivery.lines.some(({ tell }) => tell === 'channel');
  return {
    ...card,
    body: [...delivery.lines.slice(-MOST_NEWS).map(said), ...card.body],
    mentions: [...meant, ...(isToChannel ? card.mentions : [])],
  };
}

const MOST_NEWS = 5; // lines: the console has them all

const said = ({ actor, text }: Line): Block => ({
  kind: 'paragraph',
  spans: [
    { kind: 'text', text: actor.name, bold: true },
    { kind: 'text', text: ` ${text}` },
  ],
});

/** What happened, its link and its buttons. */
export function plainCard(card: Card): Card {
  const { run: _, ...rest } = card;
  return { ...rest, title: cut(card.title, TITLE_CHARACTERS), facts: [], body: [], more: [] };
}

/** A card that the renderer fails on is as good as refused: it may not stop the lane. */
function rendered(card: Card, reached: Reached, serving: Serving): Rendered {
  try {
    return reached.render(card);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The card could not be written for ${serving.platform}: ${why}`;
    throw new DeliveryError({ reason: 'too_large', scope: 'channel', message }, { cause });
  }
}
