import type { Decision } from '../domain/ports.ts';
import type { Step } from '../incidents/state.ts';

/** A person's step as a decision: the change, or the refusal that says who was first and when. `text`: the answer to who pressed. */
export function decisionOf(step: Step, text: string): Decision {
  switch (step.kind) {
    case 'changed':
      return { kind: 'change', change: { incident: step.incident, timeline: step.lines }, text };
    case 'late': {
      const { kind: _, ...late } = step;
      return { kind: 'refused', code: 'too_late', ...late };
    }
  }
}
