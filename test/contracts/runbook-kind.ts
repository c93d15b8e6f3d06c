import { describe, expect, test } from 'vitest';
import type { RunbookKind, RunContext, RunResult } from '../../src/domain/ports.ts';

/** One way to run a runbook, with front matter for each case (as it is written, without Liquid). */
export interface KindUnderTest {
  readonly kind: RunbookKind;
  readonly folder: string;
  readonly succeeds: object; // prints `hello` and answers {"ok":true}
  readonly fails: object;
  readonly endless: object;
  readonly showsSecret: object; // prints the secret `TOKEN`
}

const input = { incident: { monitor: 'Production API' }, inputs: {}, actor: { name: 'Maya' }, values: {} };

/** Runs a spec once. `output` is all that it printed. */
export async function runOnce(
  kind: RunbookKind,
  spec: unknown,
  context: Partial<RunContext> & Pick<RunContext, 'folder'>,
): Promise<RunResult & { readonly output: string }> {
  const chunks: Uint8Array[] = [];
  const result = await kind.run(kind.spec.parse(spec), {
    run: `test-${Math.random().toString(36).slice(2)}`,
    input,
    secrets: {},
    signal: new AbortController().signal,
    output: (chunk) => chunks.push(Uint8Array.from(chunk)),
    ...context,
  });
  return { ...result, output: Buffer.concat(chunks).toString() };
}

/** What every kind of runbook promises. */
export function runbookKindContract({ kind, folder, ...specs }: KindUnderTest): void {
  describe(`runbook kind ${kind.name}`, () => {
    test('says how a value enters each of its keys that may hold Liquid', () => {
      expect(Object.keys(kind.encode).filter((key) => !(key in specs.succeeds))).toEqual([]);
      expect(Object.keys(kind.encode)).not.toEqual([]);
    });

    test('refuses keys that it does not know', () => {
      expect(kind.spec.safeParse(specs.succeeds).success).toBe(true);
      expect(kind.spec.safeParse({ ...specs.succeeds, shell: true }).success).toBe(false);
    });

    test('gives its output, its answer, and a short summary', async () => {
      const result = await runOnce(kind, specs.succeeds, { folder });
      expect(result).toMatchObject({ kind: 'succeeded', response: { ok: true } });
      expect(result.output).toContain('hello');
      expect(result.summary).toMatch(/^.{1,100}$/);
    });

    test('tells a failure as a result, and never rejects', async () => {
      await expect(runOnce(kind, specs.fails, { folder })).resolves.toMatchObject({ kind: 'failed' });
    });

    test('ends soon when it is told to', async () => {
      const control = new AbortController();
      const ran = runOnce(kind, specs.endless, { folder, signal: control.signal });
      setImmediate(() => control.abort('cancelled'));
      expect((await ran).kind).not.toBe('succeeded');
    });

    test('ends at once when it was told to before it began', async () => {
      const ran = await runOnce(kind, specs.endless, { folder, signal: AbortSignal.abort('cancelled') });
      expect(ran.kind).not.toBe('succeeded');
    });

    test('two runs at once see their own secrets alone', async () => {
      const [one, two] = await Promise.all(
        ['secret-one', 'secret-two'].map((TOKEN) => runOnce(kind, specs.showsSecret, { folder, secrets: { TOKEN } })),
      );
      expect([one?.output, two?.output].map((text) => text?.trim())).toEqual(['secret-one', 'secret-two']);
    });
  });
}
