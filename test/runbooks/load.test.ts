import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { kinds } from '../../src/runbooks/index.ts';
import { loadRunbooks, offersFor } from '../../src/runbooks/load.ts';
import { sceneIn } from '../contracts/action.ts';

const GOOD = `---
label: Restart API
match: monitor="Production API", severity=critical
run: script
command: [./restart.sh, "{{ monitor }}", "--why={{ inputs.reason }}", "{{ labels.env | upcase }}"]
inputs: { reason: { label: Reason, required: true }, note: { label: Note } }
confirm: Restart every host?
allow: [slack:S0SRE, discord:role:99, "person:anna", "*"]
timeout: 90s
secrets: [DEPLOY_TOKEN]
keep: { ticket: "{{ response.ticket.id }}" }
---
Restarts **every** host.
`;

async function load(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-load-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ 'restart.sh': '', ...files })) {
    writeFileSync(join(folder, name), text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
  }
  const { runbooks, claims, faults } = await loadRunbooks(folder, kinds);
  const shown = faults.map(({ place, message, cure }) => `${place.slice(folder.length + 1)} ${message} ${cure}`);
  return { folder, runbooks, claims, faults: shown };
}

test('a runbook is read whole', async () => {
  const { folder, runbooks, faults } = await load({ 'restart-api.md': GOOD });
  expect(faults).toEqual([]);
  expect(runbooks).toMatchObject([
    {
      name: 'restart-api',
      file: join(folder, 'restart-api.md'),
      folder,
      label: 'Restart API',
      about: 'Restarts **every** host.',
      confirm: 'Restart every host?',
      inputs: [
        { name: 'reason', label: 'Reason', required: true },
        { name: 'note', label: 'Note', required: false },
      ],
      allow: [
        { platform: 'slack', kind: 'group', id: 'S0SRE' },
        { platform: 'discord', kind: 'group', id: '99' },
        { platform: 'person', kind: 'person', id: 'anna' },
        { kind: 'anyone' },
      ],
      approve: 0,
      timeout: 90_000,
      secrets: ['DEPLOY_TOKEN'],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
});

test('every value stays one argument, as it is', async () => {
  const { runbooks } = await load({ 'restart-api.md': GOOD });
  const scope = { monitor: '-rf $(x)\n', inputs: { reason: '" ; rm' }, labels: { env: 'prod' } };
  expect(runbooks[0]?.spec(scope)).toEqual({ command: ['./restart.sh', '-rf $(x)\n', '--why=" ; rm', 'PROD'] });
});

test('what is kept of an answer is text', async () => {
  const { runbooks } = await load({ 'restart-api.md': GOOD });
  expect(runbooks[0]?.kept({ ticket: { id: 7 } })).toEqual({ ticket: '7' });
  expect(runbooks[0]?.kept({})).toEqual({ ticket: '' });
});

test('only incidents that match are offered it', async () => {
  const { runbooks } = await load({ 'restart-api.md': GOOD, 'all.md': GOOD.replace(/match: .*\n/, '') });
  const { incident } = sceneIn('firing');
  const names = (changed = {}) => offersFor({ ...incident, ...changed }, runbooks).map(({ name }) => name);
  expect(names()).toEqual(['all', 'restart-api']);
  expect(names({ severity: 'info' })).toEqual(['all']);
  expect(offersFor(incident, runbooks)[1]).toEqual({
    name: 'restart-api',
    label: 'Restart API',
    about: 'Restarts **every** host.',
    confirm: 'Restart every host?',
    inputs: runbooks[1]?.inputs,
    approve: 0,
    digest: runbooks[1]?.digest,
  });
});

test('what runs by itself is offered to nobody', async () => {
  const alone = GOOD.replace(/inputs:.*\n(?: .*\n)*/, '')
    .replace(/confirm: .*\n/, 'on: firing\n')
    .replace(/, "[^"]*inputs[^"]*"/, '');
  const { runbooks, faults } = await load({ 'alone.md': alone, 'pressed.md': GOOD });
  expect(faults).toEqual([]);
  expect(runbooks.map(({ name, on }) => [name, on])).toEqual([
    ['alone', 'firing'],
    ['pressed', 'press'],
  ]);
  expect(offersFor(sceneIn('firing').incident, runbooks).map(({ name }) => name)).toEqual(['pressed']);
});

test('without a folder there are no runbooks', async () => {
  expect(await loadRunbooks(join(tmpdir(), 'tocsin-no-such-folder'), kinds)).toEqual({
    runbooks: [],
    claims: [],
    faults: [],
  });
});

test.each(['x'.repeat(48), '_a-1'])('a file may be named %s', async (name) => {
  const { runbooks, faults } = await load({ [`${name}.md`]: GOOD });
  expect({ faults, names: runbooks.map((runbook) => runbook.name) }).toEqual({ faults: [], names: [name] });
});

test.each(['sh', '/bin/sh'])('a program may be %s', async (program) => {
  expect((await load({ 'a.md': GOOD.replace('./restart.sh', program) })).faults).toEqual([]);
});

test('any edit of the file is another digest', async () => {
  const { runbooks } = await load({ 'a.md': GOOD, 'b.md': `${GOOD}More.\n` });
  expect(runbooks[0]?.digest).not.toBe(runbooks[1]?.digest);
});

describe('a fault names its place and the cure', () => {
  test.each([
    ['an unknown key', ['timeout:', 'timeuot:'], 'a.md:9:1 Unknown key "timeuot". Did you mean "timeout"?'],
    ["a mistyped key of the kind's", ['command:', 'comand:'], 'a.md:5:1 Unknown key "comand". Did you mean "command"?'],
    ['nobody allowed', [/allow: .*\n/, ''], 'a.md:1:1 The key "allow" is missing. Add "allow:" to the front matter.'],
    ['a principal', ['slack:S0SRE', 'slack:sre'], 'a.md:8:9 "slack:sre" names nobody.'],
    ['a matcher', ['severity=critical', 'severity=kritical'], 'a.md:3:43 severity is never "kritical"'],
    ['a variable', ['{{ monitor }}', '{{ monitr }}'], 'a.md:5:29 Unknown variable "monitr". Did you mean "monitor"?'],
    ['an input', ['inputs.reason', 'inputs.raeson'], '"inputs" has no "raeson". Did you mean "reason"?'],
    ['the timeout', ['90s', '90 minutes'], 'a.md:9:10 "90 minutes" is no timeout.'],
    ['an endless timeout', ['90s', '30d'], '"30d" is no timeout.'],
    ['a secret', ['[DEPLOY_TOKEN]', '[LD_PRELOAD]'], 'a.md:10:11 LD_PRELOAD changes how programs start'],
    ['a name of a secret', ['[DEPLOY_TOKEN]', '["A=B"]'], '"A=B" is no name of a variable.'],
    ['the program', ['[./restart.sh', '["{{ monitor }}"'], 'the program is fixed, a value may only be an argument'],
    ['the kind', ['run: script', 'run: scirpt'], 'a.md:4:6 Unknown kind "scirpt". Did you mean "script"?'],
    ['no kind', ['run: script\n', ''], 'The key "run" is missing. Add "run: script".'],
    [
      'inputs where nobody presses',
      ['confirm:', 'on: firing\nconfirm:'],
      'a.md:6:9 "inputs" asks somebody, and with "on: firing" nobody presses. Take "inputs" out, or "on:".',
    ],
    [
      'confirm where nobody presses',
      ['confirm:', 'on: acknowledged\nconfirm:'],
      '"confirm" asks somebody, and with "on: acknowledged" nobody presses.',
    ],
    [
      'approve where nobody presses',
      ['confirm:', 'on: resolved\napprove: 1\nconfirm:'],
      '"approve" asks somebody, and with "on: resolved" nobody presses.',
    ],
    ['a state', ['confirm:', 'on: opened\nconfirm:'], 'a.md:7:5'],
    ['approvals', ['confirm:', 'approve: -1\nconfirm:'], 'a.md:7:10'],
    ['what is kept', ['response.ticket', 'incident.ticket'], 'Unknown variable "incident".'],
  ])('%s', async (_what, [from, to], told) => {
    const { runbooks, faults } = await load({ 'a.md': GOOD.replace(from as string, to as string), 'b.md': GOOD });
    expect(faults.join('\n')).toContain(told);
    expect(runbooks.map(({ name }) => name)).toEqual(['b']); // the others are read all the same
  });

  test.each(['restart api', 'neu-gestartet-ü', 'a.b', 'x'.repeat(49)])('the name of the file: %s', async (name) => {
    expect((await load({ [`${name}.md`]: GOOD })).faults).toEqual([
      `${name}.md The name of the file cannot name a runbook. Rename it: up to 48 letters, digits, - and _, then .md.`,
    ]);
  });

  test.each([
    ['that is not there', './absent.sh', /a\.md:5:11 There is no \S+\/absent\.sh\. Create it, or correct the path/],
    ['elsewhere that is not there', '/nowhere/deploy', /a\.md:5:11 There is no \/nowhere\/deploy\./],
    ['that is a folder', './', /a\.md:5:11 \S+ is no file\./],
    ['that may not be executed', './plain', /a\.md:5:11 (\S+\/plain) may not be executed\. chmod \+x \1/],
    [
      'that is on no PATH',
      'restart.sh',
      /a\.md:5:11 There is no program restart\.sh\. .* \.\/restart\.sh for one beside/,
    ],
  ])('a program %s', async (_what, program, told) => {
    const { runbooks, faults } = await load({ 'a.md': GOOD.replace('./restart.sh', program), plain: '' });
    expect(faults).toEqual([expect.stringMatching(told)]);
    expect(runbooks).toEqual([]);
  });

  const OTHERS = ['"soon" is no timeout', 'Unknown variable "label"', 'Unknown variable "incident"'];
  test.each<[string, readonly [RegExp | string, string], readonly string[]]>([
    ['a principal', ['slack:S0SRE', 'sre'], ['"sre" names nobody']],
    ['an unknown key', ['confirm:', 'confrim:'], ['Unknown key "confrim"']],
    ['nobody allowed', [/allow: .*\n/, ''], ['The key "allow" is missing']],
    ['no list of who may', [/allow: .*\n/, 'allow: 5\n'], ['"allow": ']],
    ['one who is no text beside one who is nobody', ['slack:S0SRE', '5, sre'], ['"allow.0": ', '"sre" names nobody']],
    ['a wrong input', ['{ label: Reason,', '{ lable: Reason,'], ['"lable"', 'inputs.reason.label']],
    ['an unknown kind', ['run: script', 'run: scirpt'], ['Unknown kind "scirpt"']],
    ['no program', ['./restart.sh', './absent.sh'], ['/absent.sh']],
    ['an argument that is no text', ['"--why={{ inputs.reason }}"', '5'], ['"command.2": ']],
  ])('%s hides no other', async (what, [from, to], told) => {
    const text = GOOD.replace('90s', 'soon')
      .replace('labels.env', 'label.env')
      .replace('response.ticket', 'incident.ticket');
    const { faults, claims } = await load({ 'a b.md': text.replace(from, to) });
    const others = what === 'an unknown kind' ? OTHERS.filter((other) => !other.includes('label')) : OTHERS;
    for (const part of ['cannot name a runbook', ...told, ...others]) {
      expect(
        faults.filter((fault) => fault.includes(part)),
        part,
      ).toHaveLength(1);
    }
    expect(faults).toHaveLength(1 + told.length + others.length);
    expect(claims.map(({ name }) => name)).toEqual(['DEPLOY_TOKEN']);
  });

  test('a secret whose name is wrong is not looked for', async () => {
    expect((await load({ 'a.md': GOOD.replace('[DEPLOY_TOKEN]', '["A=B", API_KEY]') })).claims).toMatchObject([
      { name: 'API_KEY' },
    ]);
  });
});

test("the demo's runbook is well, and offered for the demo's incidents alone", async () => {
  const { runbooks, faults } = await loadRunbooks(
    join(import.meta.dirname, '..', '..', 'templates', 'runbooks'),
    kinds,
  );
  expect(faults).toEqual([]);
  const { incident } = sceneIn('firing');
  const labels = (key: string) => offersFor({ ...incident, key }, runbooks).map(({ label }) => label);
  expect(labels('wizstatus:tocsin-demo-production-api')).toEqual(['Restart API']);
  expect(labels('wizstatus:inc_production-api')).toEqual([]);
  expect(labels('alertmanager:tocsin-demo-production-api')).toEqual([]);
});
