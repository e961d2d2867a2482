import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acceptedCoding } from './accepted-coding.ts'
import { gzipChunks, gzipUntilClose, plainChunks, plainUntilClose } from './body-coding.ts'

describe('RT-25: what a client accepts', () => {
  test.each([
    ['gzip, deflate, br, zstd'],
    ['GZip'],
    ['x-gzip'],
    ['*'],
    ['br;q=1, gzip; q=0.1'],
    ['br, *;q=0.5'],
    ['*;q=0, gzip'],
    ['gzip;level=9;q=1'],
  ])('RT-25: %j is answered with gzip', (header) => {
    expect(acceptedCoding(header, '1.1')).toBe(gzipChunks)
  })

  test.each([
    [undefined],
    [''],
    ['identity'],
    ['br, zstd, deflate'],
    ['gzip;q=0'],
    ['gzip; Q=0.000'],
    ['gzip;q=0, *'],
    ['br, *;q=0'],
    ['gzip;q=much'],
    ['gzipped'],
    [',;=,'],
  ])('RT-25: %j is answered with plain text', (header) => {
    expect(acceptedCoding(header, '1.1')).toBe(plainChunks)
  })
})

const weights = fc.constantFrom(';q=0', '; q=0.00', ' ;\tQ=0.0', '', ';q=1', '; q=0.001', ' ; q=0.5;x=1')
const others = fc.array(fc.tuple(fc.constantFrom('br', 'deflate', 'zstd', 'identity'), weights))
const isWelcome = (weight: string) => !/=0(\.0*)?$/.test(weight)

test('RT-25: what is said of gzip counts, wherever it stands, and else what is said of all others', () => {
  const gzips = fc.constantFrom('gzip', 'GZIP', 'Gzip')
  fc.assert(
    fc.property(others, fc.option(fc.tuple(gzips, weights)), fc.option(weights), (others, named, star) => {
      const items = [...others, ...(star === null ? [] : [['*', star] as const]), ...(named ? [named] : [])]
      const expected = isWelcome(named?.[1] ?? star ?? ';q=0') ? gzipChunks : plainChunks
      for (const order of [items, items.toReversed()])
        expect(acceptedCoding(order.map((item) => item.join('')).join(' , '), '1.1')).toBe(expected)
    }),
  )
})

test('RT-25: whatever a header holds, one of the two is the answer', () => {
  const header = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('gzip', ',', ';', 'q', '=', '0', '.', '1', ' ', '*') }),
  )
  fc.assert(
    fc.property(header, (header) => {
      expect([gzipChunks, plainChunks]).toContain(acceptedCoding(header, '1.1'))
    }),
  )
})

test('RT-29: HTTP/1.0 is answered without chunks, and without or with gzip as it asks', () => {
  expect([acceptedCoding(undefined, '1.0'), acceptedCoding('gzip', '1.0')]).toEqual([
    plainUntilClose,
    gzipUntilClose,
  ])
})
