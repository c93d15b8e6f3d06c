import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/domain/model.ts';
import { OURS, signIn, startConsole, type TestConsole } from './console.ts';

/** A press as a browser sends it: a form of the page, with or without the page's script. */
const press = (it: TestConsole, path: string, fields: Record<string, string> = {}, script = false) =>
  it.app.inject({
    method: 'POST',
    url: path,
    headers: { ...OURS, cookie: it.cookie, ...(script ? { 'hx-request': 'true' } : {}) },
    payload: new URLSearchParams(fields).toString(),
  });
const statusOf = async ({ store }: TestConsole, id: string) => (await store.incident(id))?.incident.status;

describe('without JavaScript', () => {
  test('a press is a form, and leads back to the incident', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const page = await it.app.inject({ url: `/incidents/${id}`, headers: { cookie: it.cookie } });
    expect(page.body).toContain(`method="post" action="/incidents/${id}/actions/acknowledge"`);
    const answer = await press(it, `/incidents/${id}/actions/acknowledge`);
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe(`/incidents/${id}`);
    expect(await statusOf(it, id)).toBe('acknowledged');
  });

  test('a press that must be told more is answered with the form, on the page', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const answer = await press(it, `/incidents/${id}/actions/note`);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('<!doctype html>');
    expect(answer.body).toContain('name="inputs.text"');
  });

  test('a refused press says who was first and when, on the page', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    await press(it, `/incidents/${id}/actions/resolve`);
    const answer = await press(it, `/incidents/${id}/actions/acknowledge`);
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toMatch(
      /role="status" hx-morph-skip><p class="refused"><b>Not done\.<\/b>.*Maya Ortiz, Console, <time/,
    );
  });
});

describe('“Take over”', () => {
  const offered = async (it: TestConsole, id: string, cookie: string) =>
    (await it.app.inject({ url: `/incidents/${id}`, headers: { cookie } })).body.includes('>Take over<');

  test('is offered to everybody but the owner', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    await press(it, `/incidents/${id}/actions/acknowledge`);
    expect(await offered(it, id, it.cookie)).toBe(false);
    expect(await offered(it, id, await signIn(it.app, 'Jonas'))).toBe(true);
  });

  test('is offered as the platforms show the card, which many see', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    await press(it, `/incidents/${id}/actions/acknowledge`);
    expect(await offered(it, `${id}?as=slack`, it.cookie)).toBe(true);
  });

  test('is not in the answer that the owner gets, nor is “Acknowledge”', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const { body } = await press(it, `/incidents/${id}/actions/acknowledge`, {}, true);
    expect(body).toContain('>Resolve</button>');
    expect(body).not.toMatch(/>(Take over|Acknowledge)<\/button>/);
  });
});

describe('with the page’s script', () => {
  test('the answer is the parts that change', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const answer = await press(it, `/incidents/${id}/actions/acknowledge`, {}, true);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('<!doctype');
    expect(answer.body).toContain(
      '<hx-partial hx-target="#notice" hx-swap="innerMorph"><p class="done">You have it.</p>',
    );
    expect(answer.body).toContain('Acknowledged by Maya Ortiz');
  });
});

describe('a runbook', () => {
  test('is confirmed first, and then queued', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const path = `/incidents/${id}/actions/run`;
    const asked = await press(it, path, { argument: 'restart-demo' });
    expect(asked.body).toContain('Restart every host, one after the other?');
    expect((await it.store.incident(id))?.runs).toEqual([]);
    const answer = await press(it, path, { argument: 'restart-demo', confirmed: 'yes', press: 'p1' });
    expect(answer.statusCode).toBe(303);
    expect((await it.store.incident(id))?.runs).toMatchObject([{ runbook: 'restart-demo', state: 'queued' }]);
    const again = await press(it, path, { argument: 'restart-demo', confirmed: 'yes', press: 'p2' });
    expect(again.statusCode).toBe(409);
  });

  test('shows all that it printed as plain text', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    await press(it, `/incidents/${id}/actions/run`, { argument: 'restart-demo', confirmed: 'yes' });
    const queued = (await it.store.incident(id))?.runs[0] as Run;
    const run = queued.id;
    await it.bridge.began(queued, 60_000);
    await it.store.runs.output(run, id, '<b>all</b>', '<b>all</b>');
    const answer = await it.app.inject({ url: `/incidents/${id}/runs/${run}`, headers: { cookie: it.cookie } });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toBe('<b>all</b>');
  });
});

describe('a form', () => {
  test('has an address of its own', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const headers = { cookie: it.cookie };
    const answer = await it.app.inject({ url: `/incidents/${id}/actions/note`, headers });
    expect(answer.body).toContain('name="inputs.text"');
    expect((await it.app.inject({ url: `/incidents/${id}/actions/acknowledge`, headers })).headers.location).toBe(
      `/incidents/${id}`,
    );
  });

  test('sent twice is done once', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const asked = await press(it, `/incidents/${id}/actions/note`);
    const id1 = /name="press" value="([^"]+)"/.exec(asked.body)?.[1] as string;
    const fields = { press: id1, confirmed: 'yes', 'inputs.text': 'Deploy 4f2c\r\nchecking' };
    await press(it, `/incidents/${id}/actions/note`, fields);
    await press(it, `/incidents/${id}/actions/note`, fields);
    const notes = (await it.store.incident(id))?.timeline.filter(({ kind }) => kind === 'noted');
    expect(notes?.map(({ text }) => text)).toEqual(['added a note: Deploy 4f2c\nchecking']);
  });

  test('that cannot be used comes back with what was typed and what is wrong', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const answer = await press(it, `/incidents/${id}/actions/note`, { confirmed: 'yes', 'inputs.text': ' ' }, true);
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('aria-invalid="true"');
    expect(answer.body).toContain('A note needs a text.');
  });
});

test('what a stranger made up is answered, never an error of ours', async () => {
  const it = await startConsole();
  const id = await it.fire('API');
  for (const path of [
    `/incidents/${id}/actions/explode`,
    '/incidents/unknown/actions/resolve',
    `/incidents/${id}/actions/%3Cb%3E`,
  ])
    expect((await press(it, path, { argument: '<b>' })).statusCode).toBe(404);
});
