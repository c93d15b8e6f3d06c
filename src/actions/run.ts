import { type Actor, type Button, isLiving, type Run, type Texts } from '../domain/model.ts';
import type { Action, Decision, Moment, Press, Problem, RunbookOffer, Scene } from '../domain/ports.ts';
import { pressKey } from '../domain/press-key.ts';
import { APPROVAL_MS, askedLines, MOST_SHOWN, othersText } from './asked-lines.ts';
import { neverBegun } from './cancel.ts';
import { invalidInput } from './refusals.ts';

const IN_SIGHT = 2; // runbooks on the card; further ones are in its menu
const MAX_INPUT_CHARACTERS = 4_000;
/** But line breaks and tabs. No argument of a program can hold NUL, and no person types the others. */
const CONTROL = /[\p{Cc}--[\t\n\r]]/v;

export const run: Action = {
  name: 'run',
  offers({ incident, runbooks, reader }) {
    if (incident.status === 'resolved') return {};
    const buttons = runbooks.map((offer) => buttonFor(offer, reader));
    return { card: buttons.slice(0, IN_SIGHT), menu: buttons.slice(IN_SIGHT) };
  },
  form(scene, press) {
    const offer = offered(scene, press);
    if (offer === undefined || press.confirmed || whyNot(scene, offer, press.actor) !== undefined) return undefined;
    if (offer.confirm === undefined && offer.inputs.length === 0) return undefined;
    return {
      title: offer.label,
      about: offer.about,
      ...(offer.confirm === undefined ? {} : { confirm: offer.confirm }),
      fields: offer.inputs,
      submit: { action: 'run', argument: offer.name, label: `Run ${offer.label}`, style: 'run' },
    };
  },
  decide(scene, press, at): Decision {
    const offer = offered(scene, press);
    if (offer === undefined) {
      return press.argument === undefined
        ? invalidInput('Say which runbook to run.', 'argument')
        : { kind: 'refused', code: 'not_found', text: `There is no runbook ${press.argument} for this incident.` };
    }
    const refused = whyNot(scene, offer, press.actor) ?? badInputs(offer, press);
    if (refused !== undefined) return refused;
    const asked = newRun(scene, offer, press, at);
    const timeline = askedLines(offer, asked);
    if (timeline === undefined) return tooLong(offer, asked);
    const inVain = scene.runs.filter((run) => isOf(offer, run) && waitsInVain(run, press.actor));
    return {
      kind: 'change',
      change: {
        incident: scene.incident,
        timeline,
        runs: [...inVain.map((run) => neverBegun(run, press.actor, at.now)), asked],
      },
      text: asked.state === 'queued' ? `${offer.label} was started.` : waitsText(offer, press.actor),
      run: asked.id,
    };
  },
};

function offered({ runbooks }: Scene, press: Press): RunbookOffer | undefined {
  return runbooks.find(({ name }) => name === press.argument);
}

function buttonFor(offer: RunbookOffer, reader: Actor | undefined): Button {
  const { name, label, about, confirm, inputs } = offer;
  const elsewhere = reader && whyElsewhere(offer, reader);
  return {
    action: 'run',
    argument: name,
    label,
    style: 'run',
    ...(about === '' ? {} : { about }),
    ...(confirm === undefined ? {} : { confirm }),
    ...(inputs.length === 0 ? {} : { asks: inputs }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
}

/** Nobody counts as another person than the console. */
function whyElsewhere({ label, approve }: RunbookOffer, { platform }: Actor): string | undefined {
  return approve === 0 || platform !== 'console' ? undefined : `${label} needs others to agree: ask for it in a chat.`;
}

function waitsText({ label, approve }: RunbookOffer, { platform }: Actor): string {
  const waits = `${label} waits for ${othersText(approve)} to agree.`;
  return platform === 'console' ? `${waits} ${ASK_IN_A_CHAT}` : waits;
}

const ASK_IN_A_CHAT = 'Nobody counts as another person than the console: ask for it in a chat.';

/** What the console or the API asked for keeps nobody from asking who can be agreed with. */
const waitsInVain = ({ state, by }: Run, actor: Actor): boolean =>
  state === 'waiting' && by.platform === 'console' && actor.platform !== 'console';

const isOf = ({ name }: RunbookOffer, run: Run): boolean => run.runbook === name && isLiving(run);

/** Why it cannot be run now. */
function whyNot({ incident, runs }: Scene, offer: RunbookOffer, actor: Actor): Decision | undefined {
  if (incident.status === 'resolved') {
    return {
      kind: 'refused',
      code: 'too_late',
      text: 'This incident is resolved. Reopen it to run a runbook.',
      ...(incident.resolvedBy === undefined ? {} : { by: incident.resolvedBy }),
      ...(incident.resolvedAt === undefined ? {} : { at: incident.resolvedAt }),
    };
  }
  const living = runs.find((run) => isOf(offer, run) && !waitsInVain(run, actor));
  if (living === undefined) return undefined;
  return {
    kind: 'refused',
    code: 'already_running',
    text: `${living.by.name} has asked for ${offer.label} already, and it is not over.`,
    by: living.by,
    at: living.requestedAt,
  };
}

function badInputs(offer: RunbookOffer, press: Press): Decision | undefined {
  const given = press.inputs ?? {};
  const details: Problem[] = [];
  const problem = (name: string, message: string) => details.push({ path: `inputs.${name}`, message });
  for (const { name, label, required } of offer.inputs) {
    const value = (Object.hasOwn(given, name) && given[name]) || '';
    if (required && value.trim() === '') problem(name, `${label} is needed.`);
    const control = CONTROL.exec(value)?.[0];
    if (control !== undefined) {
      problem(
        name,
        `${label} holds a control character (${codePoint(control)}), which cannot be passed on: take it out.`,
      );
    }
    if (value.length > MAX_INPUT_CHARACTERS) {
      problem(name, `${label} has at most ${MAX_INPUT_CHARACTERS.toLocaleString('en')} characters.`);
    }
  }
  for (const name of Object.keys(given)) {
    if (!offer.inputs.some((input) => input.name === name)) problem(name, `${offer.label} has no input ${name}.`);
  }
  const [first] = details;
  return first && { kind: 'refused', code: 'invalid_input', text: first.message, details };
}

/** `U+0000` */
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Those who must agree could not see all of it. */
function tooLong({ label, inputs }: RunbookOffer, { inputs: given }: Run): Decision {
  const [longest] = inputs.toSorted((one, other) => lengthOf(given, other.name) - lengthOf(given, one.name));
  return invalidInput(
    `Who must agree to ${label} has to see in the channel all that is filled in, and this is too much: make ${longest?.label} shorter. ${MOST_SHOWN.toLocaleString('en')} characters fit in all, fewer in many lines.`,
    `inputs.${longest?.name}`,
  );
}

const lengthOf = (given: Texts, name: string): number => (Object.hasOwn(given, name) && given[name]?.length) || 0;

function newRun({ incident }: Scene, offer: RunbookOffer, press: Press, at: Moment): Run {
  return {
    id: at.newId(),
    incident: incident.id,
    runbook: offer.name,
    label: offer.label,
    state: offer.approve > 0 ? 'waiting' : 'queued',
    by: press.actor,
    inputs: press.inputs ?? {},
    ...(offer.inputs.length > 0 && {
      inputLabels: Object.fromEntries(offer.inputs.map(({ name, label }) => [name, label])),
    }),
    press: pressKey(press),
    digest: offer.digest,
    approvals: offer.approve,
    ...(offer.approve > 0 && { approveUntil: at.now + APPROVAL_MS }),
    requestedAt: at.now,
    summary: '',
    output: '',
    values: {},
  };
}
