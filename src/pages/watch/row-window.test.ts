import fc from 'fast-check'
import { expect, it } from 'vitest'
import { earlier, later, type RowWindow, read, rowsMax, rowsOf } from './row-window.ts'

const entriesOf = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}` }))
const following: RowWindow = { kind: 'following' }

it('follows the newest', () => {
  const { rows, below } = rowsOf(entriesOf(1_000), following)
  expect(rows.at(-1)?.key).toBe('k999')
  expect(below).toBe(0)
})

it('keeps what is shown when the reader stops following, while more arrives', () => {
  const shown = rowsOf(entriesOf(500), following)
  const window = read(entriesOf(500), following)
  const after = rowsOf(entriesOf(900), window)
  expect(after.rows[0]).toEqual(shown.rows[0])
  expect(after.rows).toHaveLength(rowsMax)
  expect(after.below).toBe(900 - 300 - rowsMax)
})

it('reaches both ends step by step', () => {
  const entries = entriesOf(1_000)
  let window: RowWindow = following
  for (let turn = 0; turn < 20; turn++) window = earlier(entries, window)
  expect(rowsOf(entries, window).start).toBe(0)
  for (let turn = 0; turn < 20; turn++) window = later(entries, window)
  expect(rowsOf(entries, window).below).toBe(0)
})

it('shows the oldest when its first row is gone', () => {
  expect(rowsOf(entriesOf(400), { kind: 'reading', firstKey: 'gone' }).start).toBe(0)
})

it('never has more rows than allowed, nor an empty window over entries', () => {
  const moves = fc.array(fc.constantFrom(earlier, later, read), { maxLength: 30 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), moves, (count, steps) => {
      const entries = entriesOf(count)
      const window = steps.reduce<RowWindow>((current, step) => step(entries, current), following)
      const { rows, start, below } = rowsOf(entries, window)
      expect(rows.length).toBeGreaterThan(0)
      expect(rows.length).toBeLessThanOrEqual(rowsMax)
      expect(start + rows.length + below).toBe(count)
    }),
  )
})
