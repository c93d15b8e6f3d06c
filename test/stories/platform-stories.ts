import { describe, expect, test } from 'vitest';
import { type Bridge, MAIN, startBridge } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';
import type { Person, PlatformFake, ShownCard } from './platform.ts';

const RESTART = `---
label: Restart API
match: monitor="Production API"
run: script
command: [./restart.sh, "{{ inputs.reason }}"]
inputs: { reason: { label: Reason, required: true } }
confirm: Restart the API on every host?
allow: [ALLOWED]
---
Restarts it.
`;

const CONSOLE = 'https://tocsin.example.com';

/** What every chat platform does, told once: the real program and the real SDK against the platform's wire protocol. */
export function platformStories(name: string, start: () => Promise<PlatformFake>): void {
  describe(`a team on ${name}`, () => {
    /** A bridge that is connected, and the fake behind it. */
    async function team(env: (chat: PlatformFake) => Readonly<Record<string, string>> = () => ({}), files = {}) {
      const chat = await start();
      const options = { main: MAIN, env: { ...chat.env, ROUTE_DEFAULT: chat.main, ...env(chat) }, files };
      const bridge = await startBridge(options);
      chat.listensAt?.(bridge.url);
      await connected(bridge, name);
      return { chat, bridge, options };
    }

    test('sees an alert as one card, acknowledges it with a press, and the card and its thread follow until the end', async () => {
      const { chat, bridge } = await team();
      const [maya] = chat.people;
      await bridge.send('Production API', 'firing');
      const card = await cardIn(chat);
      expect(card.text).toContain('Production API is down');
      expect(card.notice).toBe('CRITICAL · Production API is down (us-east, HTTP 500)');
      expect(card.buttons).toEqual(
        expect.arrayContaining(['Acknowledge', 'Resolve', 'Add a note', 'Why did I get this?']),
      );

      expect(await chat.press(card, 'Acknowledge', maya)).toBeLessThan(3_000); // the platform waits no longer
      await soon(() => expect(only(chat).text).toContain('Acknowledged by'));
      expect(only(chat).buttons).toContain('Take over');
      await soon(() => expect(only(chat).thread.join('\n')).toContain('acknowledged'));

      await bridge.send('Production API', 'resolved');
      await soon(() => expect(only(chat).text).toContain('Resolved'));
      await soon(() => expect(only(chat).thread.join('\n')).toContain('reported it resolved'));
      expect(only(chat).buttons).not.toContain('Acknowledge');
      expect(chat.posts()).toBe(1);
    });

    test('of two who acknowledge one has it, and the other is told privately who', async () => {
      const { chat, bridge } = await team();
      const [maya, jonas] = chat.people;
      await bridge.send('Production API', 'firing');
      const card = await cardIn(chat);
      await Promise.all([chat.press(card, 'Acknowledge', maya), chat.press(card, 'Acknowledge', jonas)]);
      await soon(() => expect(only(chat).text).toContain('Acknowledged by'));
      await soon(() =>
        expect([...chat.whispers(maya), ...chat.whispers(jonas)].join('\n')).toContain('has it already'),
      );
      await soon(() => expect(only(chat).thread.filter((line) => line.includes('acknowledged'))).toHaveLength(1));
    });

    test('who presses what is on an old card is told that it is over, and nothing changes', async () => {
      const { chat, bridge } = await team();
      const [maya] = chat.people;
      await bridge.send('Production API', 'firing');
      const old = await cardIn(chat);
      await bridge.send('Production API', 'resolved');
      await soon(() => expect(only(chat).text).toContain('Resolved'));
      await chat.press(old, 'Acknowledge', maya);
      await soon(() => expect(chat.whispers(maya).join('\n')).toContain('It is resolved already'));
      expect(only(chat).text).toContain('Resolved');
    });

    test('adds a note in a form, and it stands in the thread under their name', async () => {
      const { chat, bridge } = await team();
      const [maya] = chat.people;
      await bridge.send('Production API', 'firing');
      await chat.press(await cardIn(chat), 'Add a note', maya);
      const form = await soon(() => {
        const shown = chat.form(maya);
        expect(shown).toMatchObject({ title: 'Add a note', fields: ['text'] });
        return shown;
      });
      expect(form).toBeDefined();
      const wrong = await chat.submit(maya, { text: ' ' });
      await soon(() =>
        expect([...Object.values(wrong), ...chat.whispers(maya)].join()).toContain('A note needs a text.'),
      );
      expect(await chat.submit(maya, { text: 'The cache <!channel> is *cold* @everyone' })).toEqual({});
      await soon(() =>
        expect(only(chat).thread.join('\n')).toMatch(/added a note: The cache <!channel> is \*cold\* @everyone/),
      );
    });

    test('hands it over to a person who is picked, and is told in the thread', async () => {
      const { chat, bridge } = await team();
      const [maya, jonas] = chat.people;
      const { body } = await bridge.send('Production API', 'firing');
      await chat.press(await cardIn(chat), 'Hand over', maya);
      await soon(() =>
        expect(chat.form(maya)).toMatchObject({ title: 'Hand over', fields: ['person', 'person/written'] }),
      );
      expect(await chat.submit(maya, { person: jonas.id })).toEqual({});
      await soon(() => expect(only(chat).thread.join('\n')).toContain(`handed it to ${jonas.called}`));
      expect(only(chat).thread.join('\n')).toContain(`@${jonas.id}`);
      const { owner } = await bridge.api(`/incidents/${body.incidents?.[0]}`);
      expect(owner).toMatchObject({ platform: name, id: jonas.id, name: jonas.called });
      await chat.press(only(chat), 'Take over', jonas);
      await soon(() => expect(chat.whispers(jonas).join('\n')).toContain('You already have it.'));
    });

    test('hands it over to somebody by their name here', async () => {
      const { chat, bridge } = await team(({ people: [, { id }] }) => ({ PERSON_JONAS: `${name}:${id}` }));
      const [maya] = chat.people;
      await bridge.send('Production API', 'firing');
      await chat.press(await cardIn(chat), 'Hand over', maya);
      await soon(() => expect(chat.form(maya)).toBeDefined());
      const wrong = await chat.submit(maya, { 'person/written': 'nobody' });
      if (wrong['person/written'] === undefined)
        await soon(() => expect(chat.whispers(maya).join('\n')).toContain('Name one person'));
      else expect(wrong['person/written']).toContain('Name one person');
      await chat.press(only(chat), 'Hand over', maya);
      expect(await chat.submit(maya, { 'person/written': 'jonas' })).toEqual({});
      await soon(() => expect(only(chat).text).toContain('Jonas'));
      await soon(() => expect(only(chat).thread.join('\n')).toContain('handed it to Jonas'));
    });

    test('is reminded, and the card goes on to further channels, while nobody acknowledges it', async () => {
      const { chat, bridge } = await team((fake) => ({
        ROUTE_DEFAULT: `${fake.main}; remind=1s; escalate=2s ${fake.other}`,
      }));
      await bridge.send('Production API', 'firing');
      await soon(() => expect(chat.told(chat.main).join('\n')).toContain('reminds: Production API is down'));
      await soon(() => expect(chat.told(chat.main).join('\n')).toContain('escalated to'));
      await soon(() => expect(chat.cards(chat.other)[0]?.thread.join('\n')).toContain('escalated to'));
      expect(chat.cards(chat.other)).toHaveLength(1);
      expect(chat.told(chat.other).join('\n')).not.toContain('escalated to');
      expect(only(chat).buttons).toContain('Acknowledge');
    });

    test('silences a monitor from its card, and its next incident stands in the console alone', async () => {
      const { chat, bridge } = await team();
      const [maya] = chat.people;
      const { body } = await bridge.send('Production API', 'firing');
      await chat.press(await cardIn(chat), 'Silence this monitor 2 h', maya);
      await soon(() => expect(only(chat).thread.join('\n')).toContain('silenced Production API for 2 h'));
      const next = await bridge.send('Production API', 'firing', { incident: 'another' });
      const { deliveries, timeline } = await bridge.api(`/incidents/${next.body.incidents?.[0]}`);
      expect(deliveries).toEqual([]);
      expect(timeline.at(-1)?.text).toContain('told it nowhere but in the console');
      expect(next.body.incidents).not.toEqual(body.incidents);
      expect(chat.cards(chat.main)).toHaveLength(1);
    });

    test('asks why, and is answered alone', async () => {
      const { chat, bridge } = await team();
      const [maya, jonas] = chat.people;
      await bridge.send('Production API', 'firing');
      await chat.press(await cardIn(chat), 'Why did I get this?', maya);
      await soon(() => expect(chat.whispers(maya).join('\n')).toContain('ROUTE_DEFAULT'));
      expect(chat.whispers(jonas)).toEqual([]);
    });

    test('asks what is open when nothing is, and is told so alone', async () => {
      const { chat } = await team();
      const [maya, jonas] = chat.people;
      expect(await chat.ask('open', maya)).toBeLessThan(3_000); // the platform waits no longer
      await soon(() => expect(chat.answer(maya)?.text).toBe('Nothing is open.'));
      expect(chat.whispers(jonas)).toEqual([]);
    });

    test('asks what is open, and is told alone who has it, since when, and what keeps it quiet', async () => {
      const { chat, bridge } = await team(() => ({ PUBLIC_URL: CONSOLE }));
      const [maya, jonas] = chat.people;
      const opened = async (monitor: string) => (await bridge.send(monitor, 'firing')).body.incidents?.[0] as string;
      const [owned, snoozed, silenced] = [await opened('API'), await opened('Checkout'), await opened('Search')];
      const card = await soon(() => {
        const found = chat.cards(chat.main).find(({ text }) => text.includes('API is down'));
        expect(found).toBeDefined();
        return found as ShownCard;
      });
      await chat.press(card, 'Acknowledge', maya);
      const { name: owner } = await soon(async () => {
        const found = (await bridge.api(`/incidents/${owned}`)).owner;
        expect(found).not.toBeNull();
        return found as NonNullable<typeof found>;
      });
      await bridge.press(snoozed, 'snooze', { argument: '1h' });
      await bridge.press(silenced, 'silence', { argument: '2h' });

      await chat.ask('open', jonas);
      const told = await soon(() => {
        const answer = chat.answer(jonas);
        expect(answer?.text).toContain('3 incidents are open: 2 firing, 1 acknowledged.');
        return answer as NonNullable<typeof answer>;
      });
      expect(told.text).toMatch(new RegExp(`Critical, acknowledged: API is down · opened .+ · ${owner} has it(?! ·)`));
      expect(told.text).toMatch(/Critical, firing: Checkout is down · opened .+ · nobody has it · snoozed until /);
      expect(told.text).toMatch(/Critical, firing: Search is down · opened .+ · nobody has it · silenced until /);
      expect(told.links).toEqual([owned, snoozed, silenced].map((id) => `${CONSOLE}/incidents/${id}`));
      expect(chat.whispers(maya)).toEqual([]);
      for (const channel of [chat.main, chat.other]) expect(chat.told(channel)).toEqual([]);
    });

    test('is told of titles as they are: none of them mentions, formats or links', async () => {
      const { chat, bridge } = await team(() => ({ PUBLIC_URL: CONSOLE }));
      const [maya] = chat.people;
      const hostile = `<!channel> @everyone <@${maya.id}> **x** [a](https://evil.example) <at>T</at>`;
      const { body } = await bridge.send(hostile, 'firing');
      await chat.ask('open', maya);
      await soon(() => expect(chat.answer(maya)?.text).toContain(`Critical, firing: ${hostile} is down`));
      expect(chat.answer(maya)).toMatchObject({ links: [`${CONSOLE}/incidents/${body.incidents?.[0]}`], pings: [] });
    });

    test('is told how many more are open than there is room for, and where they are', async () => {
      const { chat, bridge } = await team(() => ({ PUBLIC_URL: CONSOLE }));
      const [maya] = chat.people;
      const monitors = Array.from({ length: 30 }, (_, index) => `monitor ${index} ${'*long* '.repeat(30)}`);
      for (const monitor of monitors) await bridge.send(monitor, 'firing');
      await chat.ask('open', maya);
      const told = await soon(() => {
        const answer = chat.answer(maya);
        expect(answer?.text).toContain('30 incidents are open: 30 firing.');
        return answer as NonNullable<typeof answer>;
      });
      const shown = told.text.match(/Critical, firing: monitor \d+ /g) ?? [];
      expect(shown.length).toBeGreaterThan(8);
      expect(shown.map((line) => Number(/\d+/.exec(line)))).toEqual(shown.map((_, index) => index)); // the oldest ones
      expect(told.text).toContain(`and ${30 - shown.length} more, in the console`);
      expect(told.links.at(-1)).toBe(CONSOLE);
    });

    test('who may not press is not told what is open either', async () => {
      const { chat, bridge } = await team(({ people: [, jonas] }) => ({ RESPONDERS: `${name}:${jonas.id}` }));
      const [maya, jonas] = chat.people;
      await bridge.send('Production API', 'firing');
      await chat.ask('open', maya);
      await soon(() => expect(chat.answer(maya)?.text).toContain(`Only ${name}:${jonas.id} may ask what is open.`));
      expect(chat.answer(maya)?.text).not.toContain('Production API');
      await chat.ask('open', jonas);
      await soon(() => expect(chat.answer(jonas)?.text).toContain('Production API'));
    });

    test('runs a runbook after its form, sees it end in the thread; who is not allowed is refused alone, and the timeline keeps it', async () => {
      const allowed = (chat: PlatformFake) => `${name}:${chat.people[0].id}`;
      const chat = await start();
      const files = {
        'templates/runbooks/restart.md': RESTART.replace('ALLOWED', JSON.stringify(allowed(chat))),
        'templates/runbooks/restart.sh': '#!/bin/sh\necho "restarted because of $1"\n',
      };
      const bridge = await startBridge({ main: MAIN, env: { ...chat.env, ROUTE_DEFAULT: chat.main }, files });
      chat.listensAt?.(bridge.url);
      await connected(bridge, name);
      const [maya, jonas] = chat.people;
      const { body } = await bridge.send('Production API', 'firing');
      const card = await cardIn(chat);

      await chat.press(card, 'Restart API', jonas);
      if (chat.formsOpenByThemselves) await chat.submit(jonas, { reason: 'curiosity' });
      await soon(() => expect(chat.whispers(jonas).join('\n')).toContain('may run Restart API'));
      if (!chat.formsOpenByThemselves) expect(chat.form(jonas)).toBeUndefined();

      await chat.press(card, 'Restart API', maya);
      await soon(() => expect(chat.form(maya)).toMatchObject({ title: 'Restart API', fields: ['reason'] }));
      expect(chat.form(maya)?.text).toContain('Restart the API on every host?');
      expect(await chat.submit(maya, { reason: 'a leak' })).toEqual({});
      await soon(() => expect(only(chat).thread.join('\n')).toContain('restarted because of a leak'));
      const { timeline, runs } = await bridge.api(`/incidents/${body.incidents?.[0]}`);
      expect(runs).toMatchObject([{ state: 'succeeded' }]);
      expect(timeline.filter(({ kind }) => kind === 'refused')).toMatchObject([
        { actor: { platform: name, id: jonas.id } },
      ]);
    });

    test('one asks for a runbook, and it runs with what they asked for once somebody else approves it', async () => {
      const { chat, bridge } = await team(undefined, {
        'templates/runbooks/restart.md': RESTART.replace('ALLOWED', '"*"').replace('confirm:', 'approve: 1\nconfirm:'),
        'templates/runbooks/restart.sh': '#!/bin/sh\nprintf "restarted because of %.6s" "$1"\n',
      });
      const [maya, jonas] = chat.people;
      const { body } = await bridge.send('Production API', 'firing');
      await chat.press(await cardIn(chat), 'Restart API', maya);
      await soon(() => expect(chat.form(maya)).toBeDefined());
      const reason = `a leak ${'and more of it '.repeat(190)}and the end`; // more than a message of Discord takes
      expect(await chat.submit(maya, { reason })).toEqual({});
      await soon(() => expect(only(chat).text).toContain('waits for one other person to agree'));
      expect(only(chat).text).toContain('Reason: a leak');
      await soon(() => expect(only(chat).thread.join('\n')).toContain('and the end'));

      await chat.press(only(chat), 'Approve Restart API', maya);
      await soon(() => expect(chat.whispers(maya).join('\n')).toContain('Another person than'));
      await chat.press(only(chat), 'Approve Restart API', jonas);
      await soon(() => expect(only(chat).thread.join('\n')).toContain('restarted because of a leak'));
      const { runs, timeline } = await bridge.api(`/incidents/${body.incidents?.[0]}`);
      expect(runs).toMatchObject([
        { state: 'succeeded', by: { id: maya.id }, approvals: { needed: 1, by: [{ actor: { id: jonas.id } }] } },
      ]);
      expect(timeline.filter(({ kind }) => kind === 'refused')).toMatchObject([{ actor: { id: maya.id } }]);
    });

    test('sees on the card what a runbook prints while it runs; it is cancelled by who may run it alone', async () => {
      const chat = await start();
      const files = {
        'templates/runbooks/restart.md': RESTART.replace('ALLOWED', JSON.stringify(`${name}:${chat.people[0].id}`)),
        'templates/runbooks/restart.sh': '#!/bin/sh\necho "draining because of $1"\nsleep 60\n',
      };
      const bridge = await startBridge({ main: MAIN, env: { ...chat.env, ROUTE_DEFAULT: chat.main }, files });
      chat.listensAt?.(bridge.url);
      await connected(bridge, name);
      const [maya, jonas] = chat.people;
      await bridge.send('Production API', 'firing');
      await chat.press(await cardIn(chat), 'Restart API', maya);
      await soon(() => expect(chat.form(maya)).toBeDefined());
      expect(await chat.submit(maya, { reason: 'a leak' })).toEqual({});
      await soon(() => expect(only(chat).text).toContain('draining because of a leak'));
      expect(only(chat).text).toMatch(/running, \d:\d\d of 2:00; asked for by/);

      await chat.press(only(chat), 'Cancel Restart API', jonas);
      await soon(() => expect(chat.whispers(jonas).join('\n')).toContain('may run Restart API'));
      await chat.press(only(chat), 'Cancel Restart API', maya);
      await soon(() => expect(only(chat).thread.join('\n')).toMatch(/cancelled: stopped after \d+/));
      await soon(() => expect(only(chat).text).not.toContain('draining'));
    });

    test('who is told to wait in one channel is left alone there, while another flows', async () => {
      const { chat, bridge } = await team((fake) => ({ ROUTE_DEFAULT: `${fake.main}, ${fake.other}` }));
      chat.trouble('busy', chat.main);
      for (const monitor of ['a', 'b', 'c']) await bridge.send(monitor, 'firing');
      await soon(() => expect(chat.cards(chat.other)).toHaveLength(3));
      expect(chat.cards(chat.main)).toHaveLength(0);
      chat.heal();
      await soon(() => expect(chat.cards(chat.main)).toHaveLength(3), 30_000);
    });

    test('sees every card right, once, when the platform was away', async () => {
      const { chat, bridge } = await team();
      const first = await bridge.send('one', 'firing');
      await cardIn(chat);
      chat.trouble('away');
      await bridge.press(first.body.incidents?.[0] as string, 'acknowledge');
      await bridge.send('two', 'firing');
      await soon(async () => {
        const { incidents } = await bridge.api<{ incidents: { deliveries: { state: string }[] }[] }>('/incidents');
        expect(incidents.map(({ deliveries }) => deliveries[0]?.state)).toEqual(['retrying', 'retrying']);
      });
      expect((await fetch(`${bridge.url}/readyz`)).status).toBe(200);
      chat.heal();
      await soon(() => expect(chat.cards(chat.main)).toHaveLength(2), 40_000);
      await soon(() => expect(chat.cards(chat.main)[0]?.text).toContain('Acknowledged by'), 40_000);
      expect(chat.posts()).toBe(2);
    });

    test('sees one card, though the answer to its post was lost', async () => {
      const { chat, bridge } = await team();
      chat.trouble('answers lost');
      await bridge.send('Production API', 'firing');
      await soon(() => expect(chat.posts()).toBe(1));
      chat.heal();
      await bridge.send('Production API', 'resolved');
      await soon(() => expect(found(chat).text).toContain('Resolved'), 40_000);
      expect(chat.posts()).toBeLessThanOrEqual(chat.losesPosts ? 2 : 1);
    });

    test('sees one card, though the bridge was killed between the post and its record', async () => {
      const { chat, bridge, options } = await team();
      chat.trouble('answers lost');
      await bridge.send('Production API', 'firing');
      await soon(() => expect(chat.posts()).toBe(1));
      await bridge.kill();
      chat.heal();
      const again = await startBridge({ ...options, after: bridge });
      await connected(again, name);
      await again.send('Production API', 'resolved');
      await soon(() => expect(found(chat).text).toContain('Resolved'), 40_000);
      expect(chat.posts()).toBeLessThanOrEqual(chat.losesPosts ? 2 : 1);
    });

    test('who deletes a card by mistake gets it again, once', async () => {
      const { chat, bridge } = await team();
      const { body } = await bridge.send('Production API', 'firing');
      const [id] = body.incidents as [string];
      chat.deleteCard(await cardIn(chat));
      await bridge.press(id, 'acknowledge');
      await soon(() => expect(only(chat).text).toContain('Acknowledged by'));
      chat.deleteCard(only(chat)); // this time it was meant
      await bridge.press(id, 'unacknowledge');
      await soon(async () =>
        expect(await bridge.api(`/incidents/${id}`)).toMatchObject({ deliveries: [{ state: 'dead' }] }),
      );
      expect(chat.cards(chat.main)).toEqual([]);
    });

    test('is told of a channel that is not there at once, with the cure, and at the fallback', async () => {
      const { chat, bridge } = await team((fake) => ({
        ROUTE_DEFAULT: fake.missing,
        FALLBACK_DESTINATION: fake.other,
      }));
      const { body } = await bridge.send('Production API', 'firing');
      await soon(async () => {
        const { deliveries } = await bridge.api(`/incidents/${body.incidents?.[0]}`);
        const dead = deliveries.find(({ destination }) => destination === chat.missing);
        expect(dead).toMatchObject({ state: 'dead', error: expect.stringContaining('Then replay.') });
      });
      await soon(() => expect(chat.cards(chat.other)).toHaveLength(1));
      await soon(() =>
        expect(chat.cards(chat.other)[0]?.thread.join('\n')).toContain(`could not reach ${chat.missing}`),
      );
    });
  });

  /** The card after a post whose answer was lost: the last one, where the platform does not find the first. */
  const found = (chat: PlatformFake): ShownCard =>
    chat.losesPosts ? (chat.cards(chat.main).at(-1) as ShownCard) : only(chat);
  const cardIn = (chat: PlatformFake): Promise<ShownCard> => soon(() => only(chat));

  function only(chat: PlatformFake): ShownCard {
    const cards = chat.cards(chat.main);
    expect(cards).toHaveLength(1);
    return cards[0] as ShownCard;
  }
}

export async function connected(bridge: Bridge, platform: string): Promise<void> {
  await soon(async () => {
    const ready = (await (await fetch(`${bridge.url}/readyz`)).json()) as { platforms: Record<string, unknown> };
    expect(ready.platforms[platform]).toEqual({ connected: true });
  });
}

export type { Person };
