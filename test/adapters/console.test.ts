import { consolePlatform } from '../../src/adapters/console.ts';
import type { Host } from '../../src/domain/ports.ts';
import { adapterContract } from '../contracts/adapter.ts';

adapterContract(consolePlatform, async () => {
  const adapter = consolePlatform.connect(true, {} as Host); // it asks nothing of its host
  return { adapter, channel: 'console', failures: [], close: () => adapter.close() };
});
