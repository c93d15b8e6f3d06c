import { durationText } from '../domain/duration.ts';
import type { Button } from '../domain/model.ts';
import type { Action, Decision } from '../domain/ports.ts';
import * as incidents from '../incidents/snooze.ts';
import { lengthOf } from './length.ts';
import { decisionOf } from './step.ts';

const CHOICES = ['1h', '4h', '12h'] as const;
const MOST_MS = 7 * 86_400_000;

/** Reminders and escalation wait, and go on by themselves. */
export const snooze: Action = {
  name: 'snooze',
  offers: ({ incident }) =>
    incident.status === 'resolved'
      ? {}
      : {
          menu: CHOICES.map(
            (argument): Button => ({ action: 'snooze', argument, label: `Snooze ${argument.replace('h', ' h')}` }),
          ),
        },
  decide({ incident }, press, at): Decision {
    const length = lengthOf(press, MOST_MS);
    if ('refused' in length) return length.refused;
    return decisionOf(
      incidents.snooze(incident, press.actor, length.ms, at.now),
      `Snoozed for ${durationText(length.ms)}: reminders and escalation wait.`,
    );
  },
};
