import type { DiscordMessage } from '../../../src/adapters/discord/message.ts';
import type { Actor, Button, Principal, Run } from '../../../src/domain/model.ts';
import { cardsFor, offer as offerOf, runBy } from '../../support/card.ts';

export { NOW, STATES, type State, shipped, templateOf as templatesOf } from '../../support/card.ts';

export const maya: Actor = { platform: 'discord', id: '80351110224678912', name: 'Maya Ortiz' };
export const ONCALL: Principal = { platform: 'discord', kind: 'group', id: '165511591545143296' };

export const cardOf = cardsFor('discord', maya);
export const run = (changes: Partial<Run> = {}): Run => runBy(maya, changes);
export const offer = (name: string, label = name) => offerOf({ name, label });

export const embedOf = (json: unknown) => (json as DiscordMessage).embeds[0]!;
export const button = (action: string, argument?: string, label = action): Button => ({
  action,
  label,
  ...(argument === undefined ? {} : { argument }),
});
