import { expect, test } from 'vitest'
import { BenchOptionsError, benchOptions, planBench } from './options.ts'

test('everything has a default', () => {
  const plan = planBench({})
  expect(plan).toMatchObject({
    mode: 'deliver',
    url: 'http://127.0.0.1:8080',
    viewers: 100,
    commentsPerSecond: 20,
  })
  expect(plan.liveVideoId).toMatch(/^bench-[a-z0-9]{8}$/)
})

test('there are enough authors for ten comments in ten seconds each', () => {
  for (const commentsPerSecond of [0.1, 1, 20, 333, 10_000]) {
    const { authors } = planBench({ commentsPerSecond })
    // Each post comes at a random moment of its turn, so the eleventh may be nearer to the first by one turn.
    expect((10 * authors - 1) / commentsPerSecond).toBeGreaterThan(10)
  }
})

test('numbers may be text, as a command line gives them', () => {
  expect(planBench({ viewers: '2000', commentsPerSecond: '0.5' })).toMatchObject({
    viewers: 2_000,
    commentsPerSecond: 0.5,
  })
})

test.each(['http://localhost:1', 'http://127.3.2.1', 'https://[::1]:8443/chorus'])(
  '%s is this machine',
  (url) => {
    expect(planBench({ url }).url).toBe(url)
  },
)

test.each([
  'http://example.com',
  'http://10.0.0.1',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
])('%s is loaded only when that is asked for', (url) => {
  expect(() => planBench({ url })).toThrow(BenchOptionsError)
  expect(planBench({ url, allowRemote: true }).url).toBe(url)
})

test.each([
  [{ viewers: 50_001 }, 'viewers: '],
  [{ durationSeconds: 3_601 }, 'durationSeconds: '],
  [{ commentsPerSecond: 'many' }, 'commentsPerSecond: '],
  [{ liveVideoId: 'a b' }, 'liveVideoId: not a LiveVideoId'],
  [{ url: 'ftp://127.0.0.1' }, 'url: not an http or https URL'],
])('%o is refused in one line', (options, message) => {
  expect(() => planBench(options)).toThrow(message)
})

test('the options can be listed for help', () => {
  expect(benchOptions).toContainEqual({ name: 'viewers', fallback: 100, description: 'held open at once' })
})
