import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Not the usual second: what is waited for is often one write after another, on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
  },
});
