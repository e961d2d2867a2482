import { expect, test } from 'vitest'
import { SeededRandom } from '../random.ts'
import { type Loss, replace } from './replacement.ts'

const heirs = new Map([1, 2, 3, 4].map((node) => [node, 25_000]))
const loss: Loss = { viewers: 100_000, heirs, knownAfterSeconds: 3, connectsPerSecond: 1_000, nodeCount: 100 }
const figuresOf = (change: Partial<Loss> = {}) => replace({ ...loss, ...change }, new SeededRandom(1))

test('SM-9: nobody is served again before it is known where', () => {
  const { curve, p50Seconds, p99Seconds, allSeconds } = figuresOf()
  expect(curve[0]?.seconds).toBeGreaterThan(3)
  expect(p50Seconds).toBeLessThan(p99Seconds)
  expect(p99Seconds).toBeLessThanOrEqual(allSeconds)
  const times = curve.map(({ seconds }) => seconds)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(figuresOf({ knownAfterSeconds: 0 }).p99Seconds).toBeLessThan(p50Seconds)
})

test('SM-9: nodes take so many a second, and the fewer heirs the longer it takes', () => {
  const one = figuresOf({ heirs: new Map([[1, 1]]) })
  // 100,000 viewers at 10,000 − 1,000 a second.
  expect(one.allSeconds).toBeGreaterThan(11)
  expect(one.allSeconds).toBeLessThan(17)
  expect(figuresOf().allSeconds).toBeLessThan(8)
  const few = figuresOf({ viewers: 10 })
  expect(few.allSeconds).toBeLessThan(5.5)
})
