import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Ends the run with one plain line that counts everything, and names each skipped test with its reason. In CI, where
 * everything can be installed, a skip is a failure.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed').length
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    const brokenModules = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    )
    const failed = tests.length - passed - skipped.length + brokenModules.length + unhandledErrors.length
    for (const test of skipped) console.log(`skipped: ${test.fullName} (${reasonOf(test)})`)
    console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`)
    if (process.env.CI && skipped.length > 0) process.exitCode = 1
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result()
  return (result.state === 'skipped' && result.note) || 'no reason given'
}
