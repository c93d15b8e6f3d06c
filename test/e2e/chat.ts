import { onTestFinished } from 'vitest';
import type { Entry } from '../support/http-chat/protocol.ts';
import { type HttpChatServer, startHttpChat } from '../support/http-chat/server.ts';

/** A chat server that ends with the test. */
export async function startChat(port = 0): Promise<HttpChatServer> {
  const chat = await startHttpChat(port);
  onTestFinished(() => chat.close());
  return chat;
}

/** What happened there, of one kind, in one channel or all of them. */
export function entries(chat: HttpChatServer, kind: Entry['kind'], channel?: string): readonly Entry[] {
  return chat.log.filter((entry) => entry.kind === kind && (channel === undefined || entry.channel === channel));
}

/** The incident that a card shows. */
export function incidentOn(entry: Entry): string {
  return (entry.content as { readonly incident: string }).incident;
}

/** What stands in a channel now: the last content of each message, by incident. */
export function cardsIn(chat: HttpChatServer, channel: string): ReadonlyMap<string, { readonly tone: string }> {
  const shown = chat.log.filter(({ kind, channel: at }) => at === channel && (kind === 'created' || kind === 'edited'));
  return new Map(shown.map((entry) => [incidentOn(entry), entry.content as { readonly tone: string }]));
}
