import { expect, test } from 'vitest';
import { OURS, startConsole, type TestConsole } from './console.ts';

const page = async (it: TestConsole) =>
  (await it.app.inject({ url: '/silences', headers: { cookie: it.cookie } })).body;
const post = (it: TestConsole, url: string, fields: Record<string, string>) =>
  it.app.inject({
    method: 'POST',
    url,
    headers: { ...OURS, cookie: it.cookie },
    payload: new URLSearchParams(fields).toString(),
  });
const quiet = { matchers: 'monitor="<b>API</b>"', length: '2h', why: 'a <i>move</i>' };

test('a silence is made by whoever signed in, stands in the list as text, and is ended there', async () => {
  const it = await startConsole();
  expect(await page(it)).toContain('Nothing is silenced.');
  const made = await post(it, '/silences', quiet);
  expect([made.statusCode, made.headers.location]).toEqual([303, '/silences']);
  const [silence] = await it.store.silences.active();
  expect(silence).toMatchObject({ ...{ matchers: quiet.matchers, why: quiet.why }, by: { platform: 'console' } });

  const listed = await page(it);
  expect(listed).toContain('monitor&#61;&#34;&#60;b&#62;API&#60;/b&#62;&#34;');
  expect(listed).toContain('Maya Ortiz, Console');
  expect(listed).not.toContain('<b>API</b>');

  await post(it, '/silences/end', { silence: silence?.id ?? '' });
  expect(await it.store.silences.active()).toEqual([]);
});

test('one with mistakes is shown again as it was typed, with each mistake beside its field', async () => {
  const it = await startConsole();
  const answer = await post(it, '/silences', { matchers: 'severity=critcal', length: 'long', why: 'a move' });
  expect(answer.statusCode).toBe(422);
  expect(answer.body).toContain('value="severity&#61;critcal"');
  expect(answer.body).toContain('id="matchers-problem"');
  expect(answer.body).toContain('did you mean critical?');
  expect(answer.body).toContain('id="length-problem"');
  expect(answer.body).not.toContain('id="why-problem"');
  expect(await it.store.silences.active()).toEqual([]);
});

test('who may not silence is told so, and nothing is made or ended', async () => {
  const responders = new Map([['silence', [{ platform: 'slack', kind: 'person', id: 'U9' } as const]]]);
  const it = await startConsole({ responders });
  const answer = await post(it, '/silences', quiet);
  expect([answer.statusCode, answer.body.includes('Only slack:U9 may silence.')]).toEqual([403, true]);
  const by = { platform: 'cli', id: 'root', name: 'root' };
  const made = { id: 's1', matchers: 'a=b', madeAt: Date.now(), until: Date.now() + 60_000, why: 'a move', by };
  await it.store.silences.add(made);
  expect((await post(it, '/silences/end', { silence: 's1' })).statusCode).toBe(409);
  expect(await it.store.silences.active()).toHaveLength(1);
});

test('one that is over already cannot be ended again, and the page says so', async () => {
  const it = await startConsole();
  const answer = await post(it, '/silences/end', { silence: 'gone' });
  expect([answer.statusCode, answer.body.includes('It is over already.')]).toEqual([409, true]);
});

test('the card is handed over through a form', async () => {
  const it = await startConsole();
  const id = await it.fire('API');
  const asked = await post(it, `/incidents/${id}/actions/assign`, {});
  expect(asked.body).toContain('name="inputs.person"');
  await post(it, `/incidents/${id}/actions/assign`, { confirmed: 'yes', 'inputs.person': 'slack:U1' });
  expect((await it.store.incident(id))?.incident.owner).toEqual({ platform: 'slack', id: 'U1', name: 'slack:U1' });
});
