import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    // A machine that is busy with others is no fault: what is waited for comes, or the test fails late.
    expect: { requireAssertions: true, poll: { timeout: 15_000 } },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
