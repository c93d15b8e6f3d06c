import type { Adapter, Platform } from '../domain/ports.ts';

/** The console draws every incident from the store itself: no lane serves it, nothing is sent, and nothing can fail. */
export const consolePlatform: Platform<true> = {
  name: 'console',
  variables: {},
  configure: () => true,
  render: (card) => ({ json: card, cut: [], faults: [] }),
  connect: () => consoleAdapter,
};

const consoleAdapter: Adapter = {
  status: () => ({ connected: true }),
  post: async (target) => ({ id: target.once, channel: target.channel }),
  edit: async () => {},
  reply: async () => {},
  close: async () => {},
};
