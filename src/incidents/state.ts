import type { Actor, Incident, Line } from '../domain/model.ts';

/** An incident as a decision leaves it: the store alone raises its revision. */
export type State = Omit<Incident, 'revision'>;

export type Folded =
  | {
      readonly kind: 'changed';
      readonly incident: State;
      readonly lines: readonly Line[];
      readonly opened: boolean; // a new incident, which must be routed
    }
  | { readonly kind: 'nothing'; readonly reason: string };

/** What a person's step makes of an incident; `late`: the state had moved on, by whom and when. */
export type Step =
  | { readonly kind: 'changed'; readonly incident: State; readonly lines: readonly Line[] }
  | { readonly kind: 'late'; readonly text: string; readonly by?: Actor; readonly at?: number };

export function stateOf(incident: Incident): State {
  const { revision: _, ...state } = incident;
  return state;
}
