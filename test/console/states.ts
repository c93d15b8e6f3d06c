import { LOOKS } from '../../src/console/looks/index.ts';
import { deliveriesPage } from '../../src/console/pages/deliveries.ts';
import { faultPage } from '../../src/console/pages/fault.ts';
import { form } from '../../src/console/pages/form.ts';
import { incidentsPage } from '../../src/console/pages/incidents.ts';
import { askPage, EXPIRED, endedPage, outcomePage, USED } from '../../src/console/pages/link.ts';
import { done, refused, told } from '../../src/console/pages/notice.ts';
import { routesPage } from '../../src/console/pages/routes.ts';
import { accountPage, signInPage } from '../../src/console/pages/sign-in.ts';
import { silencesPage } from '../../src/console/pages/silences.ts';
import {
  ago,
  card,
  deliveries,
  incident,
  listing,
  maya,
  oneSource,
  quiet,
  run,
  scene,
  storm,
  viewer,
} from './scenes.ts';

const byLink = {
  incident: incident(),
  card: card(),
  token: 'token',
  until: ago(-600),
  name: '',
  inputs: {},
  problems: [],
};

/** Every state that the console can be in, drawn. */
export const states: Readonly<Record<string, string>> = {
  list: incidentsPage(scene(), viewer, { isIncident: false }),
  firing: incidentsPage(scene(), viewer, { isIncident: true }),
  running: incidentsPage(
    scene({}, {}, [
      run({ id: 'r0', state: 'failed', startedAt: ago(2), endedAt: ago(1), summary: 'exit 1 in 41 s' }),
      run(),
    ]),
    viewer,
    { isIncident: true },
  ),
  acknowledged: incidentsPage(
    scene(
      { status: 'acknowledged', owner: maya, acknowledgedAt: ago(2) },
      {
        buttons: [
          { action: 'take-over', label: 'Take over' },
          { action: 'resolve', label: 'Resolve' },
        ],
      },
      [run({ state: 'succeeded', endedAt: ago(1), summary: 'exit 0 in 12 s' })],
    ),
    viewer,
    { isIncident: true, pressed: { notice: done('You have it.') } },
  ),
  resolved: incidentsPage(
    scene({ status: 'resolved', resolvedAt: ago(0, 12), resolvedBy: maya }, { buttons: [] }),
    viewer,
    { isIncident: true },
  ),
  refused: incidentsPage(scene(), viewer, {
    isIncident: true,
    pressed: { notice: refused({ text: 'It is acknowledged already.', by: maya, at: ago(0, 4) }, viewer) },
  }),
  told: incidentsPage(scene(), viewer, {
    isIncident: true,
    pressed: {
      notice: told(
        'Sent by wizstatus, its last webhook verified with the first of WIZSTATUS_SECRETS, the newest.\nROUTE_DEFAULT held: no route took it.',
      ),
    },
  }),
  asked: incidentsPage(scene(), viewer, {
    isIncident: true,
    pressed: {
      asked: form(
        'api',
        {
          title: 'Restart API',
          about:
            'Takes each host out of the load balancer, restarts it,\nand waits until it is healthy.\n\nAbout eight seconds.',
          confirm: 'Restart the API on every host?',
          fields: [
            { name: 'reason', label: 'Reason', required: true, hint: 'deploy, incident or drill' },
            { name: 'more', label: 'What else', required: false, long: true },
          ],
          submit: { action: 'run', argument: 'restart-api', label: 'Run Restart API', style: 'run' },
        },
        {
          press: 'p1',
          problems: [{ path: 'inputs.reason', message: 'Reason is needed.' }],
          typed: { more: 'half a thought' },
        },
      ),
    },
  }),
  quiet: incidentsPage({ listing: quiet }, viewer, { isIncident: false }),
  found: incidentsPage(
    { listing: { kind: 'found', text: 'nothing like it', incidents: [], counts: listing.counts } },
    viewer,
    { isIncident: false },
  ),
  storm: incidentsPage({ ...scene(), listing: storm }, viewer, { isIncident: false }),
  'storm of one source': incidentsPage({ ...scene(), listing: oneSource }, viewer, { isIncident: false }),
  ...Object.fromEntries(
    LOOKS.map((as) => [`as ${as} shows it`, incidentsPage(scene({}, {}, [run()], as), viewer, { isIncident: true })]),
  ),
  deliveries: deliveriesPage(
    [
      { destination: 'slack:ops', waiting: 0, dead: 1 },
      { destination: 'teams:ops', waiting: 12, dead: 0, oldestAt: ago(3) },
    ],
    deliveries
      .filter(({ state }) => state === 'dead')
      .map((delivery) => ({ delivery, incident: { id: 'api', title: 'Production API is down', status: 'firing' } })),
    viewer,
  ),
  'nothing waits': deliveriesPage([], [], viewer),
  silences: silencesPage(
    [
      {
        id: 's1',
        matchers: 'source="wizstatus", monitor="Production API"',
        madeAt: ago(5),
        until: ago(-115),
        why: 'the database is being moved',
        by: maya,
      },
    ],
    {
      typed: { matchers: 'severity=critcal', length: '2h', why: '' },
      problems: [{ path: 'matchers', message: 'severity is never "critcal": did you mean critical?' }],
    },
    viewer,
  ),
  'nothing is silenced': silencesPage([], { typed: { matchers: '', length: '2h', why: '' }, problems: [] }, viewer),
  routes: routesPage(
    {
      sources: [{ name: 'wizstatus', label: 'WizStatus', auth: 'HMAC-SHA256 in X-Signature' }],
      routes: [
        {
          name: 'ROUTE_DB',
          text: 'monitor=~"db-.*", severity=critical -> slack:db-oncall, discord:1122334455667788; template=database; remind=10m',
        },
        { name: 'ROUTE_DEFAULT', text: 'slack:alerts' },
      ],
      runbooks: [{ name: 'restart-api', label: 'Restart API' }],
    },
    viewer,
  ),
  'sign-in': signInPage({ to: '/', problem: 'That is not the token.' }),
  account: accountPage(viewer, 'Maya Ortiz'),
  'a link': askPage({ ...byLink, label: 'Acknowledge' }, viewer),
  'a link that asks': askPage(
    {
      ...byLink,
      label: 'Add a note',
      form: {
        title: 'Add a note',
        fields: [{ name: 'text', label: 'Note', required: true, long: true }],
        submit: { action: 'note', label: 'Add', style: 'primary' },
      },
      name: 'Maya',
      problems: [{ path: 'inputs.text', message: 'A note needs a text.' }],
    },
    viewer,
  ),
  'a link that was followed': outcomePage(byLink, done('You have it.'), viewer),
  'a link that was used': outcomePage(byLink, USED, viewer),
  'a link that has expired': endedPage(EXPIRED),
  fault: faultPage('No such incident', 'It is not known here (any more).', viewer),
};
