import { constants, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unchunk } from '../../test/support/unchunk.ts'
import { type BodyCoding, gzipChunks, gzipUntilClose, plainChunks, plainUntilClose } from './body-coding.ts'

const textOf = (body: Buffer, { contentEncoding }: BodyCoding): string =>
  (contentEncoding === 'gzip' ? gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH }) : body).toString()

const text = fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => text.toWellFormed())
/** What a frame is joined of; an erased event leaves nothing. */
const pieces = fc.array(fc.record({ text, viewers: fc.constantFrom(1, 3, 4, 1_000) }), { maxLength: 8 })
const codings = fc.constantFrom(plainChunks, gzipChunks, plainUntilClose, gzipUntilClose)

test('RT-29: a piece of text is one chunk and one alone, behind the beginning; nothing is none, and would end the body', () => {
  fc.assert(
    fc.property(fc.constantFrom(plainChunks, gzipChunks), pieces, text, (coding, pieces, last) => {
      const coded = pieces.map(({ text, viewers }) => coding.encode([Buffer.from(text)], viewers))
      const whole = pieces.filter(({ text }) => text !== '')
      const head = coding.beginning.length > 0 ? 1 : 0
      const before = unchunk(Buffer.concat([coding.beginning, ...coded]))
      expect([before.chunks.length, before.ended]).toEqual([head + whole.length, false])
      const after = unchunk(Buffer.concat([coding.beginning, ...coded, coding.encodeLast(last)]))
      expect(after.ended).toBe(true)
      expect(textOf(Buffer.concat(after.chunks), coding)).toBe(pieces.map(({ text }) => text).join('') + last)
    }),
  )
})

test('RT-29: HTTP/1.0 is sent no chunks, and the same text', () => {
  fc.assert(
    fc.property(fc.constantFrom(plainUntilClose, gzipUntilClose), pieces, text, (coding, pieces, last) => {
      const coded = pieces.map(({ text, viewers }) => coding.encode([Buffer.from(text)], viewers))
      const body = Buffer.concat([coding.beginning, ...coded, coding.encodeLast(last)])
      expect(textOf(body, coding)).toBe(pieces.map(({ text }) => text).join('') + last)
    }),
  )
})

test('RT-29: a text in parts is coded as the whole text is', () => {
  fc.assert(
    fc.property(
      codings,
      fc.array(text, { maxLength: 20 }),
      fc.constantFrom(1, 1_000),
      (coding, parts, viewers) => {
        const inParts = coding.encode(
          parts.map((part) => Buffer.from(part)),
          viewers,
        )
        expect(inParts.equals(coding.encode([Buffer.from(parts.join(''))], viewers))).toBe(true)
      },
    ),
  )
})
