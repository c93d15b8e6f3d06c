import { durationText } from '../domain/duration.ts';
import type { Incident, Silence } from '../domain/model.ts';
import type { Action, Decision } from '../domain/ports.ts';
import { stateOf } from '../incidents/state.ts';
import { lengthOf } from './length.ts';

const CHOICE = '2h';
/** Many who press at once mean one silence: one more that adds less than a tenth of its length is none. */
const ADDS_LEAST = 0.1;
export const LONGEST_SILENCE_MS = 365 * 86_400_000;

/** New incidents of this monitor are told nowhere for a while, but in the console. */
export const silence: Action = {
  name: 'silence',
  offers: ({ incident }) =>
    incident.status === 'resolved'
      ? {}
      : { menu: [{ action: 'silence', argument: CHOICE, label: 'Silence this monitor 2 h' }] },
  decide({ incident, silences = [] }, press, at): Decision {
    const length = lengthOf(press, LONGEST_SILENCE_MS);
    if ('refused' in length) return length.refused;
    const matchers = matchersOf(incident);
    const until = at.now + length.ms;
    const enough = silences.find((one) => one.matchers === matchers && one.until >= until - length.ms * ADDS_LEAST);
    if (enough !== undefined) {
      const { by, madeAt } = enough;
      const text = `${nameOf(incident)} is silenced for another ${durationText(enough.until - at.now)} already.`;
      return { kind: 'refused', code: 'too_late', text, by, at: madeAt };
    }
    const forHowLong = durationText(length.ms);
    const made: Silence = {
      id: at.newId(),
      matchers,
      madeAt: at.now,
      until,
      why: `from the card of “${incident.title}”`,
      by: press.actor,
    };
    const isTold = incident.silenced === undefined;
    return {
      kind: 'change',
      change: {
        incident: { ...stateOf(incident), ...(isTold && { hushed: { silence: made.id, until } }) },
        timeline: [
          {
            at: at.now,
            kind: 'silenced',
            actor: press.actor,
            text: `silenced ${nameOf(incident)} for ${forHowLong}`,
            tell: 'thread',
          },
        ],
        silences: [made],
      },
      text: `${nameOf(incident)} is silenced for ${forHowLong}: what is new stands in the console alone.`,
    };
  },
};

/** This monitor; where its sender names none, this key. */
function matchersOf({ source, monitor, key }: Incident): string {
  return monitor === '' ? `key=${quoted(key)}` : `source=${quoted(source)}, monitor=${quoted(monitor)}`;
}

/** One value, whatever is in it: in quotes `\"` and `\\` are escapes. */
const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;

const nameOf = ({ monitor, title }: Incident): string => monitor || title;
