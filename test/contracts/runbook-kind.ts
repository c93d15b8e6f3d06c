import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunbookKind, RunContext, RunResult } from '../../src/domain/ports.ts';

/** One way to run a runbook, with front matter for each case (as it is written, without Liquid). */
export interface KindUnderTest {
  readonly kind: RunbookKind;
  readonly folder: string;
  readonly secrets?: Readonly<Record<string, string>>; // what it needs to reach anything
  succeeds(): object; // prints `hello` and answers {"ok":true}, or what `gives` says
  readonly gives?: { readonly output: string; readonly response: object };
  fails(): object;
  endless(): object;
  /** Two runs, each of which prints what nobody without its secrets is shown. Absent: its output never depends on them. */
  readonly shows?: readonly [Showing, Showing];
}

interface Showing {
  spec(): object;
  readonly secrets: Readonly<Record<string, string>>;
  readonly output: string;
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
export function runbookKindContract(tried: KindUnderTest): void {
  const { kind, folder, secrets = {} } = tried;
  const gives = tried.gives ?? { output: 'hello', response: { ok: true } };

  describe(`runbook kind ${kind.name}`, () => {
    test('says how a value enters each of its keys that may hold Liquid', () => {
      const encode = Object.keys(kind.encode(kind.spec.parse(tried.succeeds())));
      expect(encode).not.toEqual([]);
      expect(encode.filter((key) => !(key in (kind.spec as z.ZodObject).shape))).toEqual([]);
    });

    test('declares its keys one by one', () => {
      expect(kind.spec).toBeInstanceOf(z.ZodObject);
    });

    test('refuses keys that it does not know', () => {
      expect(kind.spec.safeParse(tried.succeeds()).success).toBe(true);
      expect(kind.spec.safeParse({ ...tried.succeeds(), shell: true }).success).toBe(false);
    });

    test('finds no fault in what can run', async () => {
      const spec = kind.spec.parse(tried.succeeds());
      expect((await kind.faults?.(spec, folder, Object.keys(secrets))) ?? []).toEqual([]);
    });

    test('gives its output, its answer, and a short summary', async () => {
      const result = await runOnce(kind, tried.succeeds(), { folder, secrets });
      expect(result).toMatchObject({ kind: 'succeeded', response: gives.response });
      expect(result.output).toContain(gives.output);
      expect(result.summary).toMatch(/^.{1,100}$/);
    });

    test('tells a failure as a result, and never rejects', async () => {
      await expect(runOnce(kind, tried.fails(), { folder, secrets })).resolves.toMatchObject({ kind: 'failed' });
    });

    test('ends soon when it is told to', async () => {
      const control = new AbortController();
      const ran = runOnce(kind, tried.endless(), { folder, secrets, signal: control.signal });
      setImmediate(() => control.abort('cancelled'));
      expect((await ran).kind).not.toBe('succeeded');
    });

    test('ends at once when it was told to before it began', async () => {
      const signal = AbortSignal.abort('cancelled');
      const ran = await runOnce(kind, tried.endless(), { folder, secrets, signal });
      expect(ran.kind).not.toBe('succeeded');
    });

    const { shows } = tried;
    if (shows === undefined) return;
    test('two runs at once use their own secrets alone', async () => {
      const ran = await Promise.all(shows.map((one) => runOnce(kind, one.spec(), { folder, secrets: one.secrets })));
      const seen = ran.map(({ output }) => shows.filter((one) => output.includes(one.output)));
      expect(seen).toEqual(shows.map((one) => [one]));
    });
  });
}
