import { describe, expect, test } from 'vitest';
import { parseAddresses } from '../../src/domain/addresses.ts';
import type { Guard } from '../../src/receiver/guard.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { post, SECRET, startReceiver } from './start.ts';

const list = (text: string) => parseAddresses(text).ranges;
const guard = (changes: Partial<Guard>) => () => ({ requireHttps: false, trustProxy: [], ...changes });
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code ?? response.status;

describe('the list of allowed addresses', () => {
  test('turns others away before their signature is looked at', async () => {
    const { url, received } = await startReceiver({ guard: guard({ allowedIps: list('10.0.0.0/8') }) });
    expect(await codeOf(await post(url))).toBe('ip_not_allowed');
    expect(await codeOf(await post(url, undefined, { 'x-signature': '' }))).toBe('ip_not_allowed');
    expect(received).toEqual([]);
  });

  test('of a source stands in place of the general one', async () => {
    const source = { source: wizstatus, secrets: [SECRET], allowedIps: list('127.0.0.1') };
    const { url } = await startReceiver({ guard: guard({ allowedIps: list('10.0.0.0/8') }), sources: () => [source] });
    expect(await codeOf(await post(url))).toBe(200);
  });

  test('is not passed by a header of a caller who is no proxy', async () => {
    const { url } = await startReceiver({ guard: guard({ allowedIps: list('10.0.0.1') }) });
    expect(await codeOf(await post(url, undefined, { 'x-forwarded-for': '10.0.0.1' }))).toBe('ip_not_allowed');
  });

  test.each([
    ['10.0.0.1', 200],
    ['::ffff:10.0.0.1', 200],
    ['8.8.8.8, 10.0.0.1', 200],
    ['10.0.0.1, 8.8.8.8', 'ip_not_allowed'],
    ['nonsense', 'ip_not_allowed'],
  ])('behind a trusted proxy looks at the last address that is no proxy: %s', async (forwarded, expected) => {
    const { url } = await startReceiver({
      guard: guard({ allowedIps: list('10.0.0.1'), trustProxy: list('127.0.0.1') }),
    });
    expect(await codeOf(await post(url, undefined, { 'x-forwarded-for': forwarded }))).toBe(expected);
  });
});

describe('where HTTPS is required', () => {
  test('plain HTTP is turned away, whatever the caller says of itself', async () => {
    const { url } = await startReceiver({ guard: guard({ requireHttps: true }) });
    expect(await codeOf(await post(url))).toBe('https_required');
    expect(await codeOf(await post(url, undefined, { 'x-forwarded-proto': 'https' }))).toBe('https_required');
  });

  test.each([
    ['https', 200],
    ['http', 'https_required'],
    ['https, http', 'https_required'],
  ])('a trusted proxy says how the caller came: %s', async (proto, expected) => {
    const { url } = await startReceiver({ guard: guard({ requireHttps: true, trustProxy: list('127.0.0.1') }) });
    expect(await codeOf(await post(url, undefined, { 'x-forwarded-proto': proto }))).toBe(expected);
  });
});
