import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChorusError } from './errors.ts'
import { formatPosition, parsePosition } from './position.ts'

const epoch = fc.stringMatching(/^[A-Za-z0-9]{4,32}$/)

test('RT-12: a position reads back as it was written', () => {
  fc.assert(
    fc.property(epoch, fc.nat({ max: Number.MAX_SAFE_INTEGER }), (epoch, seq) => {
      expect(parsePosition(formatPosition({ epoch, seq }))).toEqual({ epoch, seq })
    }),
  )
  expect(parsePosition(formatPosition({ epoch: null, seq: 0 }))).toEqual({ epoch: null, seq: 0 })
})

test('RT-12: any text is a position or a clear error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      try {
        expect(formatPosition(parsePosition(text))).toBe(text)
      } catch (error) {
        expect(error).toBeInstanceOf(ChorusError)
        expect(error).toMatchObject({ code: 'invalid_position' })
      }
    }),
  )
})

test.each([
  '',
  ':',
  'abcd',
  'abcd:',
  ':1',
  '-:1',
  'abcd:-1',
  'abcd:01',
  'abcd:1.5',
  'abcd:1 ',
  'abcd:99999999999999999',
  'ab:1',
  'a/cd:1',
])('RT-12: %j is no position', (text) => {
  expect(() => parsePosition(text, 'invalid_cursor')).toThrow(
    expect.objectContaining({ code: 'invalid_cursor' }),
  )
})
