import type { Principal } from '../../domain/model.ts';
import { principalText } from '../../domain/principal.ts';
import type { MentionEntity, TextBlock } from './elements.ts';
import type { Limits } from './limits.ts';

export interface Mentions {
  readonly entities: readonly MentionEntity[];
  readonly elements: readonly TextBlock[];
  readonly cut: readonly string[]; // whom there was no room for
}

/**
 * The people of Teams among `principals`, in a text of their own: nothing else makes an entity, and without one `<at>` is but text.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/cards-format#mention-support-within-adaptive-cards
 */
export function mentionsOf(principals: readonly Principal[], { most, size }: Limits): Mentions {
  const entities: MentionEntity[] = [];
  const cut: string[] = [];
  let room = most * MENTIONS_SHARE;
  for (const principal of principals.filter(isPerson)) {
    const { id } = principal;
    const entity: MentionEntity = { type: 'mention', text: `<at>${id}</at>`, mentioned: { id, name: id } };
    room -= size(JSON.stringify(entity) + entity.text);
    if (room < 0) cut.push(principalText(principal));
    else entities.push(entity);
  }
  const text = entities.map((entity) => entity.text).join(' ');
  return { entities, elements: text === '' ? [] : [{ type: 'TextBlock', text, wrap: true }], cut };
}

const MENTIONS_SHARE = 1 / 8; // of a message
const ID = /^[A-Za-z0-9-]{1,64}$/; // an Entra object id

const isPerson = ({ platform, kind, id }: Principal): boolean =>
  platform === 'teams' && kind === 'person' && ID.test(id);
