import { defineConfig } from 'vitest/config';

// `fast` is `npm test`; `long` holds the sweeps and matrices that take minutes and runs in CI only; `real` looks at a run
// against a real model and is started by tests/e2e/real/run.mjs.
export default defineConfig({
  test: {
    passWithNoTests: false,
    // Half of these wait for child processes: one worker a core, where the default leaves one core idle.
    maxWorkers: '100%',
    // The machine this runs on may be slow or shared: a time-out here means "hangs", never "slow".
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          setupFiles: ['tests/fixed-seed.ts'],
          // Loading the same modules and vocabularies anew for each file is a third of the time. What tests change, they put back.
          isolate: false,
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/**/*.long.test.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'long', include: ['tests/**/*.long.test.ts'], testTimeout: 1_800_000 },
      },
      {
        extends: true,
        test: { name: 'real', include: ['tests/e2e/real/*.check.ts'] },
      },
    ],
  },
});
