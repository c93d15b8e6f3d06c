import { sep } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const SLOW = ['e2e', 'cli', 'console'].map((room) => `${sep}test${sep}${room}${sep}`);

/** The files that take longest come first, so that none of them is left to run alone at the end. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.some((room) => moduleId.includes(room));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/faults/**'], // minutes: `npm run test:faults`
    sequence: { sequencer: SlowFirst },
    isolate: false, // modules keep nothing that another test could see; to load them anew for each file takes a tenth of all
    maxWorkers: 3, // most files wait for other processes: one at a time would leave the machine idle
    testTimeout: 60_000,
    hookTimeout: 60_000,
    unstubEnvs: true,
    expect: { poll: { timeout: 15_000, interval: 20 } },
  },
});
