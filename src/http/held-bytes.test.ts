import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeldBytes } from './held-bytes.ts'

/** Bytes that arrive, or how many pieces up to a line's end are taken. */
const step = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'b', '\r', '\n'), { minLength: 1, maxLength: 9 })
    .map((some) => Buffer.from(some.join(''))),
  fc.integer({ min: 1, max: 3 }),
  fc.constant('all' as const),
)

test('HT-10: what is held comes out as it came in, and what was taken is never written over', () =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const held = new HeldBytes()
      const [arrived, taken]: [Buffer[], Buffer[]] = [[], []]
      for (const each of steps) {
        if (typeof each === 'object') {
          held.append(each)
          arrived.push(Buffer.from(each))
        } else if (each === 'all') taken.push(held.takeAll())
        else
          for (let left = each; left > 0 && held.length > 0; left--) {
            const piece = held.takeUntil('\r\n')
            const end = piece.indexOf('\r\n')
            expect(end === -1 || end === piece.length - 2).toBe(true)
            taken.push(piece)
          }
      }
      taken.push(held.takeAll())
      expect(Buffer.concat(taken)).toEqual(Buffer.concat(arrived))
      expect(held.length).toBe(0)
    }),
  ))

test('HT-10: bytes that come one by one take little more memory than they are', () => {
  const held = new HeldBytes()
  for (let count = 0; count < 60_000; count++) held.append(Buffer.alloc(1))
  expect(held.takeAll().buffer.byteLength).toBeLessThan(4 * 60_000)
})
