import { constants, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gzip } from './gzip.ts'

/** What a decoder has made of all that has come so far, as a browser shows it: without waiting for an end. */
const inflate = (bytes: Buffer): string =>
  gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8')

interface Piece {
  text: string
  viewers: number
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  // Longer than a stored block can be, and with much to save or nothing.
  fc
    .integer({ min: 0, max: 150_000 })
    .map((length) => 'id: e:7\ndata: {"text":"👋"}\n\n'.repeat(length / 28)),
  fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes).toString('base64')),
)
const viewers = fc.oneof(fc.constantFrom(1, 7, 8, 100_000), fc.nat())
const pieces = fc.array(fc.record({ text, viewers }), { maxLength: 8 })
const encode = ({ text, viewers }: Piece): Buffer => Buffer.concat(gzip.encode([Buffer.from(text)], viewers))
const joined = (some: Piece[]): string => some.map(({ text }) => text.toWellFormed()).join('')

test('RT-23: compressed pieces behind the preamble are one gzip stream of their texts', () => {
  fc.assert(
    fc.property(pieces, (pieces) => {
      const bytes = Buffer.concat([gzip.preamble, ...pieces.map(encode)])
      expect(inflate(bytes)).toBe(joined(pieces))
    }),
  )
})

test('RT-23: wherever the bytes are cut, each piece can be read as soon as it is there', () => {
  fc.assert(
    fc.property(pieces, fc.nat(), (pieces, place) => {
      const coded = pieces.map(encode)
      const bytes = Buffer.concat([gzip.preamble, ...coded])
      const cut = place % (bytes.length + 1)
      let end = gzip.preamble.length
      const whole = pieces.filter((_, index) => {
        end += coded[index]?.length ?? 0
        return end <= cut
      })
      const read = gunzipSync(bytes.subarray(0, cut), { finishFlush: constants.Z_SYNC_FLUSH })
      expect(read.toString('utf8').startsWith(joined(whole))).toBe(true)
      expect(Buffer.from(joined(pieces)).subarray(0, read.length).equals(read)).toBe(true)
    }),
  )
})

test('RT-23: each piece ends with the mark of a flush, short of which some decoders show nothing', () => {
  fc.assert(
    fc.property(text, viewers, (text, viewers) => {
      fc.pre(text !== '')
      expect([...encode({ text, viewers }).subarray(-4)]).toEqual([0, 0, 0xff, 0xff])
    }),
  )
})

test('RT-23: the same pieces do for whoever comes late, lacks some, or has others between them', () => {
  const some = pieces.chain((pieces) => fc.shuffledSubarray(pieces))
  fc.assert(
    fc.property(some, pieces, fc.nat(), (shared, own, place) => {
      const at = place % (shared.length + 1)
      const all = [...shared.slice(0, at), ...own, ...shared.slice(at)]
      expect(inflate(Buffer.concat([gzip.preamble, ...all.map(encode)]))).toBe(joined(all))
    }),
  )
})
