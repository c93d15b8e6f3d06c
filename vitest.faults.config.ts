import { defineConfig } from 'vitest/config';

/** What is too long for `npm test`. One after the other: each measures, and has the machine to itself. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
