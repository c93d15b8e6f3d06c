import { describe, expect, test } from 'vitest';
import { looks } from '../../src/adapters/looks.ts';
import { LOOK_NAMES, LOOKS, type Look, lookOf } from '../../src/console/looks/index.ts';
import type { Incident } from '../../src/domain/model.ts';
import { cardsFor, NOW, STATES, shipped, templateOf } from '../support/card.ts';
import { soon } from '../support/soon.ts';
import { CORPUS } from '../templates/hostile.ts';
import { startConsole } from './console.ts';
import { readEvents } from './event-reader.ts';

const viewer = { now: NOW, zone: 'UTC', name: 'Maya' };
const MAYA = { platform: 'slack', id: 'U1', name: 'Maya Ortiz' };

function shown(look: Look, told: Parameters<ReturnType<typeof cardsFor>>[0]): string {
  const card = cardsFor(look, MAYA)(told);
  return lookOf(look, looks[look]?.(card).json, { title: card.title, postedAt: NOW }, viewer);
}

/** What a person reads, and a renderer is handed: without the tags, and with its entities undone. */
const words = (markup: string) =>
  markup
    .replaceAll(/<br>/g, '\n')
    .replaceAll(/<[^>]*data-card="([^"]*)"[^>]*>/g, '$1')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** What JavaScript itself would put something in place of, where a text is a replacement. */
const REPLACEMENTS = ['cost $& more', "cost $' more", 'cost $` hidden'];

describe.each(LOOKS)('as %s shows it', (look) => {
  test.each(STATES.flatMap((state) => shipped.names.map((template) => [state, template] as const)))(
    'a %s card by the template %s tells what it is about',
    (state, template) => {
      const seen = words(shown(look, { state, template }));
      expect(seen).toContain('Tocsin');
      expect(seen).toContain('Production API is down');
      if (state !== 'resolved') expect(seen).toContain('Resolve');
    },
  );

  test.each([...CORPUS, ...REPLACEMENTS])('the title %j is a text, and makes no element and no link', (title) => {
    const markup = shown(look, { incident: { title, text: '', url: 'https://status.example/' } });
    const plain = shown(look, { incident: { title: 'harmless', text: '', url: 'https://status.example/' } });
    const tags = (all: string) => all.match(/<\/?[a-z]+|href="[^"]*"/g)?.filter((tag) => tag !== '<br');
    expect(tags(markup)).toEqual(tags(plain));
  });
});

test.each(['slack', 'discord'] as const)('as %s shows it, a linked title keeps its dollar signs', (look) => {
  expect(shown(look, { incident: { title: 'cost $$ more', url: 'https://status.example/' } })).toMatch(
    /cost \$\$ more(<\/strong>)?<\/a>/,
  );
});

test('as slack shows it, a list within a list stands further in', () => {
  const templates = templateOf('---\n---\n- outer\n  - inner\n    1. innermost');
  const markup = shown('slack', { templates, template: 'x' });
  expect(markup).toMatch(
    /<ul class="list-0"><li>outer<.*<ul class="list-1"><li>inner<.*<ol class="list-2"><li>innermost</s,
  );
});

test('as teams shows it, a mention is a name, and text that looks like one is text', () => {
  const id = '11111111-2222-3333-4444-555555555555';
  const mention = [{ platform: 'teams', kind: 'person', id } as const];
  const markup = shown('teams', { mention, incident: { title: `<at>${id}</at> is down` } });
  const written = /data-card="([^"]*)"/.exec(markup)?.[1] ?? '';
  const { body } = JSON.parse(written.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code)));
  expect(body).toContainEqual({ type: 'TextBlock', text: `**@${id}**`, wrap: true });
  expect(JSON.stringify(body[0])).toContain(`"text":"<at>${id}</at> is down"`);
});

describe('the page of an incident', () => {
  test.each(LOOKS)('shows the card as %s would, at an address of its own', async (look) => {
    const { app, cookie, fire } = await startConsole();
    const id = await fire('Production API');
    const answer = await app.inject({ url: `/incidents/${id}?as=${look}`, headers: { cookie } });
    expect(answer.body).toContain(`id="look-${look}"`);
    expect(answer.body).toContain(`aria-current="page">${LOOK_NAMES[look]}</a>`);
  });

  test('shows the card as its route has it drawn there: by that template, with those mentions', async () => {
    const { app, cookie, fire, store } = await startConsole();
    const id = await fire('Production API');
    const options = { template: 'one-line', mention: [{ platform: 'slack', kind: 'person', id: 'U0MAYA' }] } as const;
    await store.change({
      ids: [id],
      decide: ({ byId }) => {
        const { revision: _, ...incident } = byId.get(id) as Incident;
        const delivery = { id: 'd1', destination: 'slack:ops', route: 'ROUTE_OPS', options };
        return { changes: [{ incident, timeline: [], deliveries: [delivery] }], answer: undefined };
      },
    });
    const as = async (look: Look) =>
      words((await app.inject({ url: `/incidents/${id}?as=${look}`, headers: { cookie } })).body);
    expect(await as('slack')).toContain('@U0MAYA');
    expect(await as('slack')).not.toContain('Reports');
    expect(await as('discord')).not.toContain('U0MAYA');
    expect(await as('discord')).toContain('Reports');
  });

  test('shows its own card for a platform that there is not', async () => {
    const { app, cookie, fire } = await startConsole();
    const answer = await app.inject({ url: `/incidents/${await fire('API')}?as=irc`, headers: { cookie } });
    expect(answer.body).toContain('id="card-title"');
  });

  test('keeps the look in step with the incident', async () => {
    const it = await startConsole();
    const id = await it.fire('Production API');
    const reader = await readEvents(`${it.url}/live?at=${id}&as=slack`, { cookie: it.cookie, 'hx-request': 'true' });
    const last = () => reader.events.findLast(({ event }) => event === undefined)?.data ?? '';
    await soon(() => expect(last()).toContain('Critical, firing'));
    const actor = { platform: 'console', id: 'console', name: 'Maya' };
    await it.bridge.press({ id: 'p', actor, incident: id, action: 'acknowledge' });
    await soon(() => expect(last()).toContain('Acknowledged by Maya'));
    expect(last()).toContain('id="look-slack"');
  });
});
