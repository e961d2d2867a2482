import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    // Real servers and browsers on two busy cores: how long a test may wait for its condition says nothing of speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    // Much of the time is waiting for servers: one worker a core, where vitest would leave one free.
    maxWorkers: 2,
  },
})
