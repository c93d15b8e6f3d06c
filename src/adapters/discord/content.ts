import { LIMITS } from './limits.ts';
import type { Mentions } from './mentions.ts';
import { Room } from './room.ts';
import { escapedForPhones } from './text.ts';

/** The notification: the notice, and whom it mentions. What did not fit is told with what the card left out. */
export function contentOf(notice: string, { text, left }: Mentions, card: Room): string {
  const room = new Room(LIMITS.content - text.length - ' '.length);
  const words = escapedForPhones(room.line(notice, room.left));
  for (const piece of [...room.cut, ...left.map((principal) => `also for ${principal}`)]) card.leaveOut(piece);
  return text === '' ? words : `${words} ${text}`;
}
