import type { Card } from '../domain/model.ts';
import type { Rendered } from '../domain/ports.ts';
import { render as discord } from './discord/render.ts';
import { render as slack } from './slack/render.ts';
import { render as teams } from './teams/render.ts';

/** How a card looks on each chat platform, whether it is configured or not: for `tocsin preview` and the console's tabs. */
export const looks: Readonly<Record<string, (card: Card) => Rendered>> = { slack, discord, teams };
