import { expect, it } from 'vitest'
import { relativeTime } from './relative-time.ts'

it('says how long ago in few letters, and never shows the future', () => {
  const now = Date.UTC(2026, 4, 20, 12)
  const ago = (ms: number) => relativeTime(now - ms, now)
  expect(ago(-5_000)).toBe('now')
  expect(ago(59_000)).toBe('now')
  expect(ago(60_000)).toBe('1 min')
  expect(ago(3_599_000)).toBe('59 min')
  expect(ago(2 * 3_600_000)).toBe('2 h')
  expect(ago(6 * 86_400_000)).toBe('May 14')
})
