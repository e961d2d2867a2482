import { constants, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GzipBody, inflateWhole } from './gzip-body.ts'
import { rememberLast } from './remember.ts'
import { splitAt } from './split.testing.ts'

const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

/** What a server may write for a piece of text: deflated and fully flushed, or as a stored block without a flush. */
const block = fc
  .record({
    text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    repeat: fc.nat(40),
    stored: fc.boolean(),
  })
  .map(({ text, repeat, stored }) => {
    const plain = Buffer.from(text.repeat(repeat + 1))
    return { plain, coded: stored ? storedBlock(plain) : deflated(plain) }
  })

const deflated = (plain: Buffer): Buffer => deflateRawSync(plain, { finishFlush: constants.Z_FULL_FLUSH })

/** RFC 1951, 3.2.4. */
function storedBlock(plain: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt16LE(plain.length, 1)
  head.writeUInt16LE(plain.length ^ 0xffff, 3)
  return Buffer.concat([head, plain])
}

function readAll(pieces: Iterable<Buffer>, inflate = inflateWhole): Buffer {
  const body = new GzipBody()
  const parts = Array.from(pieces, (piece) => body.read(piece, inflate))
  return Buffer.concat(parts.filter((part) => part !== null))
}

test('CL-6: gzip made of independent blocks is read the same however its bytes are split', () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 12 }), fc.infiniteStream(fc.nat(120)), (blocks, cuts) => {
      const wire = Buffer.concat([header, ...blocks.map(({ coded }) => coded)])
      const plain = Buffer.concat(blocks.map(({ plain }) => plain))
      expect(readAll(splitAt(wire, cuts)).equals(plain)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('CL-6: remembering pieces changes nothing that is read', () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 6 }), fc.nat(80), (blocks, cut) => {
      const inflate = rememberLast(inflateWhole, 3)
      const wire = Buffer.concat([header, ...blocks.map(({ coded }) => coded)])
      for (let viewer = 0; viewer < 3; viewer++) {
        const pieces = () => splitAt(wire, [10, cut, wire.length].values())
        expect(readAll(pieces(), inflate)).toEqual(readAll(pieces()))
      }
    }),
  )
})

test('CL-6: a block comes as soon as it is whole', () => {
  const body = new GzipBody()
  const [first, second] = [deflated(Buffer.from('a'.repeat(500))), storedBlock(Buffer.from('b'))]
  expect(body.read(header, inflateWhole)).toBe(null)
  expect(body.read(first, inflateWhole)?.toString()).toBe('a'.repeat(500))
  expect(body.read(second.subarray(0, 3), inflateWhole)).toBe(null)
  expect(body.read(second.subarray(3), inflateWhole)?.toString()).toBe('b')
})

test('CL-6: what is no gzip is refused, and gzip that needs what came before', () => {
  expect(() => new GzipBody().read(Buffer.from('retry: 2000\n\n'), inflateWhole)).toThrow('not gzip')
  const first = Buffer.from('what everybody says, '.repeat(9))
  const dependent = deflateRawSync(first, { dictionary: first, finishFlush: constants.Z_SYNC_FLUSH })
  const body = new GzipBody()
  expect(body.read(Buffer.concat([header, deflated(first)]), inflateWhole)).toEqual(first)
  expect(() => body.read(dependent, inflateWhole)).toThrow('not made of independent blocks')
})

test('CL-6: gzip without a flush is refused before it fills the memory', () => {
  const letters = Buffer.from(
    Array.from({ length: 1_500_000 }, (_, index) => Math.imul(index, 0x9e3779b9) >>> 25),
  )
  const wire = Buffer.concat([header, deflateRawSync(letters, { strategy: constants.Z_HUFFMAN_ONLY })])
  const body = new GzipBody()
  const readOn = () => {
    for (let at = 0; at < wire.length; at += 600_000) body.read(wire.subarray(at, at + 600_000), inflateWhole)
  }
  expect(readOn).toThrow('too long')
})
