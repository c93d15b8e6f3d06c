import type { Run } from './model.ts';

/** What was filled in for a run, each under the label by which it was asked for. */
export function filledIn({ inputs, inputLabels = {} }: Pick<Run, 'inputs' | 'inputLabels'>): readonly Filled[] {
  return Object.entries(inputs).map(([name, value]) => {
    const label = Object.hasOwn(inputLabels, name) ? inputLabels[name] : undefined;
    return { label: label ?? name, value };
  });
}

interface Filled {
  readonly label: string;
  readonly value: string;
}
