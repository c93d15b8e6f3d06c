import { expect, test } from 'vitest';
import type { Addressed } from '../../../src/adapters/teams/addressed.ts';
import { introduction } from '../../../src/adapters/teams/introduction.ts';

const CHANNEL = '19:db@thread.tacv2';
const OTHER = '19:other@thread.tacv2';

const said = (conversation: string, channel: string, named: Readonly<Record<string, string>> = {}) =>
  introduction({ conversation, channel } as Addressed, new Map(Object.entries(named))).split('\n');

test('a channel is given a name of its own', () => {
  expect(said(`${CHANNEL};messageid=1`, 'DB on-call').slice(1, 3)).toEqual([
    `TEAMS_CHANNEL_DB_ON_CALL=${CHANNEL}`,
    'ROUTE_DEFAULT=teams:db-on-call',
  ]);
});

test('one whose name another has already is given the next', () => {
  expect(said(CHANNEL, 'Alerts', { ALERTS: OTHER, ALERTS_2: '19:third@thread.tacv2' }).slice(1, 3)).toEqual([
    `TEAMS_CHANNEL_ALERTS_3=${CHANNEL}`,
    'ROUTE_DEFAULT=teams:alerts-3',
  ]);
});

test('one that has a name already is told it', () => {
  expect(said(CHANNEL, 'General', { DB_ONCALL: CHANNEL })[0]).toBe('This is teams:db-oncall in routes.');
});
