import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acknowledge } from '../../src/actions/acknowledge.ts';
import { approve } from '../../src/actions/approve.ts';
import { assign } from '../../src/actions/assign.ts';
import { cancel } from '../../src/actions/cancel.ts';
import { actionNamed, actions, offersOf } from '../../src/actions/index.ts';
import { note } from '../../src/actions/note.ts';
import { reopen } from '../../src/actions/reopen.ts';
import { resolve } from '../../src/actions/resolve.ts';
import { run } from '../../src/actions/run.ts';
import { silence } from '../../src/actions/silence.ts';
import { snooze } from '../../src/actions/snooze.ts';
import { takeOver } from '../../src/actions/take-over.ts';
import { unacknowledge } from '../../src/actions/unacknowledge.ts';
import { why } from '../../src/actions/why.ts';
import type { Actor, Principal, Run, Status, Texts } from '../../src/domain/model.ts';
import type { Press, RunbookOffer, Scene } from '../../src/domain/ports.ts';
import { parseMatchers } from '../../src/routing/grammar.ts';
import { holds } from '../../src/routing/route.ts';
import { actionContract, decide, maya, NOW, omar, pressOf, restart, STATUSES, sceneIn } from '../contracts/action.ts';
import { anyCharacter } from '../support/any-character.ts';

const living: Run = {
  id: '01run',
  incident: '01incident000000',
  runbook: 'restart-api',
  label: 'Restart API',
  state: 'running',
  by: maya,
  inputs: {},
  digest: 'd1',
  approvals: 0,
  requestedAt: NOW - 5_000,
  summary: '',
  output: '',
  values: {},
};
const waiting: Run = { ...living, state: 'waiting', approvals: 1, approveUntil: NOW + 5_000 };
const jonas: Actor = { platform: 'slack', tenant: 'T1', id: 'U2', name: 'Jonas' };
const everywhere = (where: 'card' | 'menu' | 'nowhere') => ({ firing: where, acknowledged: where, resolved: where });

const table = [
  {
    action: acknowledge,
    offered: { firing: 'card', acknowledged: 'nowhere', resolved: 'nowhere' },
    changes: ['firing'],
    late: ['acknowledged', 'resolved'],
  },
  {
    action: takeOver,
    offered: { firing: 'nowhere', acknowledged: 'card', resolved: 'nowhere' },
    changes: ['acknowledged'],
    late: ['firing', 'resolved'],
  },
  {
    action: run,
    offered: { firing: 'card', acknowledged: 'card', resolved: 'nowhere' },
    changes: ['firing', 'acknowledged'],
    late: ['resolved'],
    press: { argument: 'restart-api' },
  },
  {
    action: resolve,
    offered: { firing: 'card', acknowledged: 'card', resolved: 'nowhere' },
    changes: ['firing', 'acknowledged'],
    late: ['resolved'],
  },
  {
    action: reopen,
    offered: { firing: 'nowhere', acknowledged: 'nowhere', resolved: 'menu' },
    changes: ['resolved'],
    late: ['firing'],
  },
  {
    action: snooze,
    offered: { firing: 'menu', acknowledged: 'menu', resolved: 'nowhere' },
    changes: ['firing', 'acknowledged'],
    late: ['resolved'],
    press: { argument: '4h' },
  },
  {
    action: assign,
    offered: { firing: 'menu', acknowledged: 'menu', resolved: 'nowhere' },
    changes: ['firing', 'acknowledged'],
    late: ['resolved'],
    press: { inputs: { person: 'discord:9' } },
  },
  {
    action: silence,
    offered: { firing: 'menu', acknowledged: 'menu', resolved: 'nowhere' },
    changes: STATUSES,
    late: [],
    press: { argument: '2h' },
  },
  { action: note, offered: everywhere('menu'), changes: STATUSES, late: [], press: { inputs: { text: 'Looking.' } } },
  { action: why, offered: everywhere('menu'), changes: [], late: [] },
  {
    action: unacknowledge,
    offered: { firing: 'nowhere', acknowledged: 'menu', resolved: 'nowhere' },
    changes: ['acknowledged'],
    late: ['firing', 'resolved'],
  },
  {
    action: approve,
    offered: { firing: 'card', acknowledged: 'card', resolved: 'nowhere' },
    changes: ['firing', 'acknowledged'],
    late: ['resolved'],
    press: { argument: '01run' },
    scene: { runs: [{ ...waiting, by: { ...omar, id: '33', name: 'Ana' } }] },
  },
  {
    action: cancel,
    offered: everywhere('card'),
    changes: STATUSES,
    late: [],
    press: { argument: '01run' },
    scene: { runs: [living] },
  },
] as const satisfies readonly Parameters<typeof actionContract>[0][];

table.forEach(actionContract);

test('the table has a row for every action', () => {
  expect(table.map(({ action }) => action)).toEqual(actions);
  expect(actions.map(({ name }) => actionNamed(name))).toEqual(actions);
  expect(actionNamed('delete')).toBeUndefined();
});

describe('the card', () => {
  const runbooks = ['a', 'b', 'c'].map((name): RunbookOffer => ({ ...restart, name, label: `Run ${name}` }));
  const shown = (status: Status, rest = {}) => {
    const { buttons, more } = offersOf(sceneIn(status, { runbooks, ...rest }));
    return { buttons: buttons.map(({ label }) => label), more: more.map(({ label }) => label) };
  };

  const MENU = [
    ...['Snooze 1 h', 'Snooze 4 h', 'Snooze 12 h', 'Hand over', 'Silence this monitor 2 h'],
    ...['Add a note', 'Why did I get this?'],
  ];

  test('of a firing incident', () => {
    expect(shown('firing')).toEqual({
      buttons: ['Acknowledge', 'Run a', 'Run b', 'Resolve'],
      more: ['Run c', ...MENU],
    });
    expect(offersOf(sceneIn('firing')).buttons[0]).toMatchObject({ style: 'primary' });
  });

  test('of an acknowledged incident', () => {
    expect(shown('acknowledged')).toEqual({
      buttons: ['Take over', 'Run a', 'Run b', 'Resolve'],
      more: ['Run c', ...MENU, 'Unacknowledge'],
    });
  });

  test('of an acknowledged incident whose owner was asked lets them answer', () => {
    const { incident } = sceneIn('acknowledged');
    const { buttons } = offersOf(sceneIn('acknowledged', { incident: { ...incident, askedAt: NOW } }));
    expect(buttons[0]).toEqual({ action: 'acknowledge', label: 'Still on it', style: 'primary' });
  });

  test('of a resolved incident has no buttons', () => {
    expect(shown('resolved')).toEqual({ buttons: [], more: ['Reopen', 'Add a note', 'Why did I get this?'] });
  });

  test('cancels a run that lives, until that was pressed', () => {
    expect(shown('firing', { runs: [living] }).buttons.at(-1)).toBe('Cancel Restart API');
    expect(shown('firing', { runs: [{ ...living, cancelledBy: omar }] }).buttons.at(-1)).toBe('Resolve');
  });
});

describe('run', () => {
  const reasoned: RunbookOffer = { ...restart, inputs: [{ name: 'reason', label: 'Reason', required: true }] };
  const press = { argument: 'restart-api' };

  test('queues a run of the runbook as it was when it was asked for', () => {
    expect(decide(run, sceneIn('firing'), press)).toMatchObject({
      kind: 'change',
      run: '01new0',
      change: {
        timeline: [{ kind: 'run', text: 'asked for Restart API', tell: 'thread' }],
        runs: [{ id: '01new0', runbook: 'restart-api', state: 'queued', by: omar, digest: 'd1', requestedAt: NOW }],
      },
    });
  });

  test('is not offered in the console where others must agree, which says where it is', () => {
    const runbooks = [
      { ...restart, approve: 1 },
      { ...restart, name: 'drain', label: 'Drain' },
    ];
    const reader = { platform: 'console', id: 'console', name: 'Maya' };
    const elsewhere = expect.stringContaining('ask for it in a chat.');
    expect(run.offers(sceneIn('firing', { runbooks, reader })).card).toMatchObject([{ elsewhere }, { label: 'Drain' }]);
    const [first, second] = run.offers(sceneIn('firing', { runbooks, reader })).card ?? [];
    expect(second).not.toHaveProperty('elsewhere');
    expect(run.offers(sceneIn('firing', { runbooks })).card?.[0]).not.toHaveProperty('elsewhere');
    expect(first).toMatchObject({ label: 'Restart API' });
  });

  test('waits where others must agree first, and the channel is told to what and for how long', () => {
    const scene = sceneIn('firing', { runbooks: [{ ...reasoned, approve: 1 }] });
    expect(decide(run, scene, { ...press, inputs: { reason: 'a leak\nHost: all' } })).toMatchObject({
      change: {
        timeline: [
          {
            text: 'asked for Restart API: one other person must agree within 10 m',
            detail: 'Reason: a leak\n    Host: all',
            tell: 'channel',
          },
        ],
        runs: [{ state: 'waiting', approvals: 1, approveUntil: NOW + 600_000 }],
      },
      text: 'Restart API waits for one other person to agree.',
    });
  });

  test('tells what others must agree to in lines of their own where it is much, and refuses what is too much', () => {
    const inputs = ['reason', 'sql'].map((name) => ({ name, label: name, required: true }));
    const scene = sceneIn('firing', { runbooks: [{ ...restart, approve: 1, inputs }] });
    const given = (length: number) => ({ reason: 'a leak', sql: `${'x'.repeat(length)}!` });
    expect(decide(run, scene, { ...press, inputs: given(3_000) })).toMatchObject({
      change: {
        timeline: [
          {
            text: 'asked for Restart API: one other person must agree within 10 m; to what, the thread shows in 2 parts',
            tell: 'channel',
          },
          {
            text: 'asked for Restart API with this, part 1 of 2:',
            detail: expect.stringMatching(/^reason: a leak\nsql: x/),
          },
          {
            text: 'asked for Restart API with this, part 2 of 2:',
            detail: expect.stringMatching(/^ {4}x+!$/),
            tell: 'thread',
          },
        ],
      },
    });
    const most = { reason: 'r'.repeat(2_000), sql: 's'.repeat(4_000) };
    expect(decide(run, scene, { ...press, inputs: most })).toMatchObject({ kind: 'change' });
    const tooMuch = { reason: 'r'.repeat(3_990), sql: 's'.repeat(4_000) };
    expect(decide(run, scene, { ...press, inputs: tooMuch })).toMatchObject({
      code: 'invalid_input',
      text: 'Who must agree to Restart API has to see in the channel all that is filled in, and this is too much: make sql shorter. 6,000 characters fit in all, fewer in many lines.',
      details: [{ path: 'inputs.sql' }],
    });
    const alone = sceneIn('firing', { runbooks: [{ ...restart, inputs }] });
    expect(decide(run, alone, { ...press, inputs: tooMuch })).toMatchObject({ kind: 'change' });
  });

  test('is refused while one of the same runbook lives, with who asked and when', () => {
    expect(decide(run, sceneIn('firing', { runs: [living] }), press)).toMatchObject({
      kind: 'refused',
      code: 'already_running',
      by: maya,
      at: living.requestedAt,
    });
    const other = sceneIn('firing', { runs: [{ ...living, runbook: 'other' }] });
    expect(decide(run, other, press)).toMatchObject({ kind: 'change' });
  });

  test('is refused for a runbook that this incident does not offer', () => {
    expect(decide(run, sceneIn('firing'), { argument: 'drop-database' })).toMatchObject({ code: 'not_found' });
    expect(decide(run, sceneIn('firing'))).toMatchObject({ code: 'invalid_input', details: [{ path: 'argument' }] });
  });

  test.each<{ given: Texts; path: string }>([
    { given: {}, path: 'inputs.reason' },
    { given: { reason: ' \n' }, path: 'inputs.reason' },
    { given: { reason: 'x'.repeat(4_001) }, path: 'inputs.reason' },
    { given: { reason: 'slow', host: 'a' }, path: 'inputs.host' },
    { given: { reason: 'slow', constructor: 'a' }, path: 'inputs.constructor' },
  ])('refuses the inputs of row %#', ({ given, path }) => {
    const scene = sceneIn('firing', { runbooks: [reasoned] });
    expect(decide(run, scene, { ...press, inputs: given })).toMatchObject({
      kind: 'refused',
      code: 'invalid_input',
      details: [{ path }],
    });
  });

  test.each(['a\0b', 'a\u001B[31m', 'a\u0007', 'a\u007F', 'a\u009Bb', '\0'])(
    'refuses %j as an input, and names the input and the character',
    (reason) => {
      const scene = sceneIn('firing', { runbooks: [reasoned] });
      const code = reason
        .match(/[^a-z[\d]/)?.[0]
        .charCodeAt(0)
        .toString(16)
        .padStart(4, '0')
        .toUpperCase();
      expect(decide(run, scene, { ...press, inputs: { reason } })).toMatchObject({
        code: 'invalid_input',
        details: [
          { path: 'inputs.reason', message: expect.stringContaining(`Reason holds a control character (U+${code})`) },
        ],
      });
    },
  );

  test.each(['line\nline', 'line\r\nline', 'a\tb', 'Łukasz 👩‍👩‍👧'])('takes %j as an input', (reason) => {
    const scene = sceneIn('firing', { runbooks: [reasoned] });
    expect(decide(run, scene, { ...press, inputs: { reason } })).toMatchObject({ kind: 'change' });
  });

  test('keeps what was filled in', () => {
    const scene = sceneIn('firing', { runbooks: [reasoned] });
    expect(decide(run, scene, { ...press, inputs: { reason: 'slow' } })).toMatchObject({
      change: { runs: [{ inputs: { reason: 'slow' } }] },
    });
  });

  describe('its form', () => {
    const form = (offer: RunbookOffer, rest = {}, status: Status = 'firing') =>
      run.form?.(sceneIn(status, { runbooks: [offer] }), pressOf(run, { ...press, ...rest }));

    test('asks for the inputs, and whether it is meant', () => {
      expect(form({ ...reasoned, confirm: 'On every host?' })).toEqual({
        title: 'Restart API',
        about: 'Restarts every host.',
        confirm: 'On every host?',
        fields: [{ name: 'reason', label: 'Reason', required: true }],
        submit: { action: 'run', argument: 'restart-api', label: 'Run Restart API', style: 'run' },
      });
    });

    test('is not shown where nothing is to be asked, where it was sent, or where the run is refused anyway', () => {
      expect(form(restart)).toBeUndefined();
      expect(form(reasoned, { confirmed: true })).toBeUndefined();
      expect(form(reasoned, {}, 'resolved')).toBeUndefined();
      expect(form(reasoned, { argument: 'other' })).toBeUndefined();
    });
  });
});

describe('approve', () => {
  const press = { argument: '01run', actor: jonas };
  const people = new Map([
    [
      'maya',
      [
        { platform: 'slack', kind: 'person', id: 'U1' },
        { platform: 'discord', kind: 'person', id: '11' },
      ],
    ],
    ['omar', [{ platform: 'discord', kind: 'person', id: '22' }]],
  ] as const);
  const approved = (given: Partial<Run>, pressed: Partial<Press> = {}, rest: Partial<Scene> = {}) =>
    decide(approve, sceneIn('firing', { runs: [{ ...waiting, ...given }], ...rest }), { ...press, ...pressed });

  test('queues the run as it was asked for', () => {
    expect(approved({ inputs: { reason: 'slow' } })).toMatchObject({
      text: 'You agreed to Restart API: it was started.',
      change: {
        timeline: [{ actor: jonas, text: 'approved Restart API, which Maya asked for', tell: 'thread' }],
        runs: [
          { id: '01run', state: 'queued', by: maya, inputs: { reason: 'slow' }, approvedBy: [{ by: jonas, at: NOW }] },
        ],
      },
    });
  });

  test('leaves it waiting until as many have agreed as must', () => {
    expect(approved({ approvals: 2 })).toMatchObject({
      text: 'You agreed to Restart API, 1 more must agree.',
      change: { runs: [{ state: 'waiting', approvedBy: [{ by: jonas }] }] },
    });
  });

  test('counts nobody twice', () => {
    const before = [{ by: jonas, at: NOW - 1_000 }];
    expect(approved({ approvals: 2, approvedBy: before })).toMatchObject({
      code: 'too_late',
      text: 'You have agreed to Restart API already.',
      by: jonas,
      at: NOW - 1_000,
    });
  });

  test.each<{ who: string; actor: Actor; counts: boolean }>([
    { who: 'the one who asked', actor: maya, counts: false },
    { who: 'the same under another name', actor: { ...maya, name: 'Jonas' }, counts: false },
    { who: 'the same elsewhere', actor: { ...omar, id: '11' }, counts: false },
    { who: 'somebody mapped elsewhere', actor: omar, counts: true },
    { who: 'somebody elsewhere whom nothing maps', actor: { ...omar, id: '33' }, counts: false },
    { who: 'somebody unmapped on the same platform', actor: jonas, counts: true },
  ])('by $who', ({ actor, counts }) => {
    expect(approved({}, { actor }, { people })).toMatchObject(
      counts ? { kind: 'change' } : { kind: 'refused', code: 'not_allowed' },
    );
  });

  test('takes two who may be one person as one', () => {
    const given = { approvals: 2, approvedBy: [{ by: jonas, at: NOW - 1_000 }] };
    expect(approved(given, { actor: omar }, { people })).toMatchObject({
      code: 'not_allowed',
      text: expect.stringContaining('another person than Jonas'),
    });
  });

  test.each<{ why: string; given: Partial<Run>; text: string }>([
    { why: 'its time is over', given: { approveUntil: NOW }, text: 'its time is over' },
    { why: 'the runbook was changed', given: { digest: 'd0' }, text: 'Ask again.' },
    {
      why: 'it was cancelled',
      given: { state: 'cancelled', cancelledBy: omar, cancelledAt: NOW - 1 },
      text: 'cancelled',
    },
    { why: 'it runs', given: { state: 'running' }, text: 'running' },
  ])('comes too late where $why', ({ given, text }) => {
    expect(approved(given)).toMatchObject({ code: 'too_late', text: expect.stringContaining(text) });
  });

  test('knows no run of another incident', () => {
    expect(decide(approve, sceneIn('firing'), press)).toMatchObject({ code: 'not_found' });
    expect(decide(approve, sceneIn('firing'))).toMatchObject({
      code: 'invalid_input',
      details: [{ path: 'argument' }],
    });
  });

  test('is not offered in the console, where nobody is anybody in particular', () => {
    const reader: Actor = { platform: 'console', id: 'console', name: 'Maya' };
    expect(approve.offers(sceneIn('firing', { runs: [waiting], reader }))).toEqual({});
  });
});

describe('cancel', () => {
  const press = { argument: '01run' };

  test('marks a run that goes on: the runner ends it', () => {
    const decision = decide(cancel, sceneIn('firing', { runs: [living] }), press);
    expect(decision).toMatchObject({ change: { runs: [{ ...living, cancelledBy: omar }] } });
  });

  test.each(['queued', 'waiting'] as const)('ends a %s run at once', (state) => {
    expect(decide(cancel, sceneIn('firing', { runs: [{ ...living, state }] }), press)).toMatchObject({
      change: { runs: [{ state: 'cancelled', cancelledBy: omar, endedAt: NOW }] },
    });
  });

  test('comes too late for a run that is over, or that somebody cancelled before', () => {
    const over: Run = { ...living, state: 'succeeded', endedAt: NOW - 5_000 };
    expect(decide(cancel, sceneIn('firing', { runs: [over] }), press)).toMatchObject({
      code: 'too_late',
      text: 'Restart API is over: succeeded.',
      by: { platform: 'runbook', name: 'Restart API' },
      at: NOW - 5_000,
    });
    const cancelled = sceneIn('firing', { runs: [{ ...living, cancelledBy: maya, cancelledAt: NOW - 1_000 }] });
    expect(decide(cancel, cancelled, press)).toMatchObject({ code: 'too_late', by: maya, at: NOW - 1_000 });
  });

  test('knows no run of another incident', () => {
    expect(decide(cancel, sceneIn('firing'), press)).toMatchObject({ kind: 'refused', code: 'not_found' });
  });
});

describe('note', () => {
  test.each([undefined, {}, { text: '' }, { text: ' \n ' }, { text: 'x'.repeat(4_001) }])('refuses %j', (inputs) => {
    expect(decide(note, sceneIn('firing'), inputs && { inputs })).toMatchObject({
      kind: 'refused',
      code: 'invalid_input',
      details: [{ path: 'inputs.text' }],
    });
  });

  test('refuses an input that it has not', () => {
    expect(decide(note, sceneIn('firing'), { inputs: { text: 'a', txet: 'b' } })).toMatchObject({
      kind: 'refused',
      details: [{ path: 'inputs.txet', message: 'A note has no input txet.' }],
    });
  });

  test('asks for its text in one long field', () => {
    expect(note.form?.(sceneIn('firing'), pressOf(note))).toMatchObject({ fields: [{ name: 'text', long: true }] });
    expect(note.form?.(sceneIn('firing'), pressOf(note, { inputs: { text: 'a' } }))).toBeUndefined();
  });

  test('stands in the timeline as it was written', () => {
    expect(decide(note, sceneIn('resolved'), { inputs: { text: 'was <b>DNS</b>' } })).toMatchObject({
      change: { timeline: [{ kind: 'noted', text: 'added a note: was <b>DNS</b>' }] },
    });
  });
});

describe.each([snooze, silence])('$name', (action) => {
  test.each([undefined, '', 'long', '-1h', '500ms', '366d', '1h '.repeat(9)])(
    'refuses %j as its duration',
    (argument) => {
      expect(decide(action, sceneIn('firing'), argument === undefined ? {} : { argument })).toMatchObject({
        kind: 'refused',
        code: 'invalid_input',
        details: [{ path: 'argument' }],
      });
    },
  );
});

test('snooze ends when its duration is over, and is told in the thread', () => {
  expect(decide(snooze, sceneIn('firing'), { argument: '1h30m' })).toMatchObject({
    change: {
      incident: { snoozedAt: NOW, snoozedUntil: NOW + 5_400_000 },
      timeline: [{ kind: 'snoozed', text: 'snoozed it for 1 h 30 m', tell: 'thread' }],
    },
  });
});

test('a person who was asked says that they are still on it, and nobody else may', () => {
  const { incident } = sceneIn('acknowledged');
  const asked = sceneIn('acknowledged', { incident: { ...incident, askedAt: NOW - 1_000 } });
  const answer = decide(acknowledge, asked, { actor: maya });
  expect(answer).toMatchObject({
    change: {
      incident: { confirmedAt: NOW, acknowledgedAt: incident.acknowledgedAt },
      timeline: [{ text: 'is still on it' }],
    },
  });
  expect(answer.kind === 'change' && answer.change.incident).not.toHaveProperty('askedAt');
  expect(decide(acknowledge, asked, { actor: omar })).toMatchObject({ kind: 'refused', code: 'too_late', by: maya });
});

describe('assign', () => {
  const slackAnna = { platform: 'slack', kind: 'person', id: 'U7' } as const;
  const discordAnna = { platform: 'discord', kind: 'person', id: '7' } as const;
  const people = new Map([['anna_lee', [slackAnna, discordAnna]]]);

  test.each([
    {
      told: ['slack'],
      argument: 'discord:9',
      problem: 'Anna would not be told: this incident has no card on discord.',
    },
    {
      told: ['slack'],
      argument: 'person:anna',
      problem: 'Anna would not be told: this incident has no card on discord or teams.',
    },
    { told: ['slack', 'teams'], argument: 'person:anna', problem: undefined },
    { told: [], argument: 'discord:9', problem: undefined }, // it stands in the console alone
  ])('to $argument where people of $told are told', ({ told, argument, problem }) => {
    const people = new Map<string, readonly Principal[]>([
      [
        'anna',
        [
          { platform: 'discord', kind: 'person', id: '9' },
          { platform: 'teams', kind: 'person', id: 'a' },
        ],
      ],
    ]);
    const decision = decide(assign, sceneIn('firing', { people, told }), { argument });
    if (problem === undefined) expect(decision).toMatchObject({ kind: 'change' });
    else expect(decision).toMatchObject({ code: 'invalid_input', text: problem });
  });

  test.each([
    {
      text: 'slack:U1',
      owner: { platform: 'slack', id: 'U1', name: 'slack:U1' },
      mention: [{ platform: 'slack', id: 'U1' }],
    },
    { text: ' discord:9 ', owner: { platform: 'discord', id: '9', name: 'discord:9' }, mention: [{ id: '9' }] },
    { text: 'slack:U7', owner: { platform: 'slack', id: 'U7', name: 'Anna Lee' }, mention: [slackAnna] },
    { text: 'person:anna_lee', owner: { platform: 'person', id: 'anna_lee' }, mention: [slackAnna, discordAnna] },
    { text: 'Anna_Lee', owner: { platform: 'person', id: 'anna_lee' }, mention: [slackAnna, discordAnna] },
  ])('to $text gives it to them, and mentions them in the thread', ({ text, owner, mention }) => {
    for (const press of [{ argument: text }, { inputs: { person: text } }]) {
      expect(decide(assign, sceneIn('firing', { people }), press)).toMatchObject({
        change: {
          incident: { status: 'acknowledged', owner, acknowledgedAt: NOW, moved: { by: omar, at: NOW } },
          timeline: [{ kind: 'assigned', tell: 'thread', mention }],
        },
      });
    }
  });

  test.each(['', '*', 'console', 'slack:S1', 'discord:role:9', 'person:nobody', '@anna', '<@U1>'])(
    'refuses %j, which names no one person',
    (person) => {
      expect(decide(assign, sceneIn('firing', { people }), { inputs: { person } })).toMatchObject({
        kind: 'refused',
        code: 'invalid_input',
        details: [{ path: 'inputs.person' }],
      });
    },
  );

  test.each(['slack:U1', 'person:maya'])('to %s, who has it already, comes too late', (argument) => {
    const mayas = new Map([['maya', [{ platform: 'slack', kind: 'person', id: 'U1' } as const]]]);
    const scene = sceneIn('acknowledged', { people: mayas });
    expect(decide(assign, scene, { argument })).toMatchObject({ code: 'too_late', by: maya });
    const owner = { platform: 'person', id: 'maya', name: 'Maya' };
    const handed = { ...scene, incident: { ...scene.incident, owner } };
    expect(decide(assign, handed, { argument: 'person:maya' })).toMatchObject({ code: 'too_late', by: owner });
  });

  test('to an id makes whoever presses under it the owner, in whichever tenant', () => {
    const { incident } = sceneIn('acknowledged');
    const theirs = sceneIn('acknowledged', {
      incident: { ...incident, owner: { platform: 'slack', id: 'U1', name: 'U1' } },
    });
    expect(decide(takeOver, theirs, { actor: maya })).toMatchObject({ text: 'You already have it.' });
  });

  test('asks for the person in one field', () => {
    expect(assign.form?.(sceneIn('firing'), pressOf(assign))).toMatchObject({ fields: [{ name: 'person' }] });
    expect(assign.form?.(sceneIn('firing'), pressOf(assign, { argument: 'slack:U1' }))).toBeUndefined();
    expect(assign.form?.(sceneIn('resolved'), pressOf(assign))).toBeUndefined();
  });

  test('asks for a person, and names a few of those who have a name here', () => {
    const many = new Map(['alexander', 'christopher', 'benedict', 'dominica'].map((name) => [name, [slackAnna]]));
    const long = new Map([['x'.repeat(48), [slackAnna]]]);
    const hints = [new Map(), people, many, long].map(
      (known) => assign.form?.(sceneIn('firing', { people: known }), pressOf(assign))?.fields[0]?.hint,
    );
    const ids = 'slack:U…, discord:<user id>, teams:<object id>';
    expect(hints).toEqual([
      `${ids} or person:<name>`,
      `anna_lee, or ${ids}`,
      `alexander, christopher, benedict, …, or ${ids}`,
      `${ids} or person:<name>`,
    ]);
    for (const hint of hints) expect(hint?.length).toBeLessThanOrEqual(100); // Discord's most
  });

  test.each([
    { argument: 'slack:U9', called: 'Ona' },
    { argument: 'slack:U7', called: 'Anna Lee' }, // her name here
    { argument: 'slack:U8', called: 'slack:U8' }, // nobody said
  ])('calls $argument as their platform does where they have no name here', ({ argument, called }) => {
    const names = { 'slack:U9': 'Ona', 'slack:U7': 'anna.l' };
    expect(decide(assign, sceneIn('firing', { people }), { argument, names })).toMatchObject({
      change: { incident: { owner: { name: called } } },
    });
  });

  test('to a person with ids on several platforms makes them the owner on each', () => {
    const { incident } = sceneIn('acknowledged');
    const owner = { platform: 'person', id: 'anna_lee', name: 'Anna Lee' };
    const theirs = sceneIn('acknowledged', { incident: { ...incident, owner }, people });
    const anna = { platform: 'discord', tenant: 'G1', id: '7', name: 'anna' };
    expect(decide(takeOver, theirs, { actor: anna })).toMatchObject({ code: 'too_late', text: 'You already have it.' });
    expect(takeOver.offers({ ...theirs, reader: anna })).toEqual({});
    expect(decide(takeOver, theirs, { actor: omar })).toMatchObject({ kind: 'change' });
  });
});

test('silence holds for incidents of this monitor, whatever its name, and for no other’s', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: anyCharacter }), fc.string({ maxLength: 50 }), (monitor, other) => {
      const { incident } = sceneIn('firing');
      const named = { ...incident, monitor, key: `wizstatus:${monitor}` };
      const decision = decide(silence, sceneIn('firing', { incident: named }), { argument: '2h' });
      const [made] = (decision.kind === 'change' && decision.change.silences) || [];
      const read = parseMatchers('silence', made?.matchers ?? '');
      if (!('matchers' in read)) throw new Error(`cannot be read: ${made?.matchers}`);
      expect(holds(read.matchers, named).held).toBe(true);
      fc.pre(other !== monitor);
      expect(holds(read.matchers, { ...named, monitor: other, key: `wizstatus:${other}` }).held).toBe(false);
    }),
  );
});

test('silence says who, why and until when, and tells the thread', () => {
  expect(decide(silence, sceneIn('firing'), { argument: '2h' })).toMatchObject({
    change: {
      timeline: [{ kind: 'silenced', text: 'silenced Production API for 2 h', tell: 'thread' }],
      silences: [
        {
          id: '01new0',
          matchers: 'source="wizstatus", monitor="Production API"',
          madeAt: NOW,
          until: NOW + 7_200_000,
          by: omar,
          why: 'from the card of “Production API is down”',
        },
      ],
    },
  });
});

test.each([
  ['as long', 0, 'too_late'],
  ['nearly as long', 700_000, 'too_late'],
  ['much shorter', 800_000, undefined],
])('a monitor that is silenced %s already', (_, less, code) => {
  const matchers = 'source="wizstatus", monitor="Production API"';
  const until = NOW + 7_200_000 - less;
  const silences = [{ id: 's1', matchers, madeAt: NOW - 60_000, until, why: 'a move', by: maya }];
  const decision = decide(silence, sceneIn('firing', { silences }), { argument: '2h' });
  if (code === undefined) expect(decision).toMatchObject({ kind: 'change' });
  else expect(decision).toMatchObject({ kind: 'refused', code, by: maya, at: NOW - 60_000 });
});

test.each([
  [0, 'the first of WIZSTATUS_SECRETS, the newest'],
  [1, 'number 2 of WIZSTATUS_SECRETS, an older one'],
])('why tells which secret verified it: %i', (secret, text) => {
  const { incident } = sceneIn('firing');
  const decision = decide(why, sceneIn('firing', { incident: { ...incident, secret } }));
  expect(decision.kind === 'told' && decision.text).toContain(`its last webhook verified with ${text}.`);
});

test('why tells where it is told again, when, and where it went further', () => {
  const { incident } = sceneIn('firing');
  const escalation = { after: 900_000, route: 'ROUTE_DB', options: { template: 'incident', mention: [] }, from: [] };
  const nudges = {
    since: NOW,
    reminders: [{ every: 600_000, destinations: ['slack:db', 'discord:1'] }],
    escalations: [
      { ...escalation, to: ['slack:managers'] },
      { ...escalation, to: ['slack:leads'], doneAt: NOW + 900_000 },
    ],
  };
  const told = (state: typeof incident) => {
    const decision = decide(why, sceneIn('firing', { incident: state }));
    return decision.kind === 'told' ? decision.text.split('\n').slice(2, 5) : [];
  };
  expect(told({ ...incident, nudges })).toEqual([
    'Reminds slack:db, discord:1 every 10 m while nobody has it: next at 2026-01-02 03:14:05 UTC.',
    'Escalates to slack:managers when nobody has it for 15 m: at 2026-01-02 03:19:05 UTC.',
    'Escalated to slack:leads at 2026-01-02 03:19:05 UTC: nobody had it for 15 m (ROUTE_DB).',
  ]);
  expect(told({ ...incident, nudges, status: 'acknowledged' })[0]).toBe(
    'Reminds slack:db, discord:1 every 10 m while nobody has it.',
  );
});

test('why names the snooze and the silences that hold', () => {
  const { incident } = sceneIn('firing');
  const quiet = { ...incident, snoozedUntil: NOW + 1_000, silenced: { silence: 's1', until: NOW + 2_000 } };
  const silences = [{ id: 's1', matchers: 'env=prod', madeAt: NOW, until: NOW + 2_000, why: 'a move', by: maya }];
  const decision = decide(why, sceneIn('firing', { incident: quiet, silences }));
  expect(decision.kind === 'told' && decision.text.split('\n').slice(2, -2)).toEqual([
    'Snoozed until 2026-01-02 03:04:06 UTC: reminders and escalation wait.',
    'Told nowhere but in the console until 2026-01-02 03:04:07 UTC, by silence s1.',
    'Silence s1 (env=prod) holds until 2026-01-02 03:04:07 UTC, made by Maya: a move.',
  ]);
});

test('why tells the sender, the key, and every route with its reason, and changes nothing', () => {
  const { incident } = sceneIn('firing');
  const routes = [
    {
      route: 'ROUTE_DB',
      held: false,
      because: 'monitor is "Production API", not matched by "db-.*"',
      destinations: [],
    },
    { route: 'ROUTE_ALL', held: true, because: 'it takes every incident', destinations: ['slack:alerts', 'console'] },
  ];
  const decision = decide(why, sceneIn('firing', { incident: { ...incident, why: routes } }));
  expect(decision.kind === 'told' && decision.text.split('\n')).toEqual([
    'Sent by wizstatus, its last webhook verified with one of WIZSTATUS_SECRETS.',
    'ROUTE_DB did not hold: monitor is "Production API", not matched by "db-.*".',
    'ROUTE_ALL held: it takes every incident. It goes to slack:alerts, console.',
    'Reports with the key wizstatus:inc-1 are one incident while it is open: 1 so far.',
    'Opened 2026-01-02 03:03:05 UTC, its latest report is dated 2026-01-02 03:03:05 UTC.',
  ]);
});

test('a resolved incident is not reopened beside a newer one of its key', () => {
  const { incident } = sceneIn('firing');
  const newer = { ...incident, id: '02newer' };
  expect(decide(reopen, sceneIn('resolved', { newer }))).toMatchObject({ kind: 'refused', code: 'too_late' });
  expect(reopen.offers(sceneIn('resolved', { newer }))).toEqual({});
});
