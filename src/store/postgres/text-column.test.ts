import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromColumn, toColumn } from './text-column.ts'

test('ST-13: every id has a column of its own that PostgreSQL takes, and is read back from it', () => {
  const id = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\0', '\u0001', '\ud800', '\udc00', '"', '\\', 'a') }),
  )
  const property = fc.property(id, (text) => {
    const column = toColumn(text)
    expect(column).not.toContain('\0')
    expect(column.isWellFormed()).toBe(true)
    expect(fromColumn(column)).toBe(text)
  })
  fc.assert(property, { numRuns: 1_000 })
})
