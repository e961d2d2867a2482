import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChorusError } from './errors.ts'
import { acceptText, textCharactersMax } from './text.ts'

const refusal = expect.objectContaining({ code: 'invalid_text' })

test('CM-9: a comment has 1 to 5,000 characters, counted as people count them', () => {
  expect(acceptText('a')).toBe('a')
  expect(acceptText('🎉'.repeat(textCharactersMax))).toHaveLength(2 * textCharactersMax)
  expect(() => acceptText('a'.repeat(textCharactersMax + 1))).toThrow(refusal)
  for (const empty of [
    '',
    ' ',
    '\n\n',
    '\u00a0\u2003',
    '\u200b\u200d',
    '\u202e',
    '\u3164',
    '\u115f',
    '\u2800',
  ])
    expect(() => acceptText(empty)).toThrow(refusal)
})

test('CM-9: line ends become one kind, and space around the text goes', () => {
  expect(acceptText('  one\r\ntwo\nthree \n')).toBe('one\ntwo\nthree')
})

test.each(['\u0000', '\u0007', '\u001b[31m', '\u007f', '\u0085', 'a\tb', 'a\rb'])(
  'CM-9: control characters are refused: %j',
  (text) => {
    expect(() => acceptText(`x${text}x`)).toThrow(refusal)
  },
)

test.each(['\ud800', '\udc00', 'a\ud83c', '\udf89\ud83c'])(
  'CM-9: half of a character is refused: %j',
  (text) => {
    expect(() => acceptText(text)).toThrow(refusal)
  },
)

test('CM-9: whatever is accepted is well formed, trimmed, and accepted again as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (raw) => {
      let text: string
      try {
        text = acceptText(raw)
      } catch (error) {
        expect(error).toBeInstanceOf(ChorusError)
        return
      }
      expect(text.isWellFormed()).toBe(true)
      expect(acceptText(text)).toBe(text)
    }),
  )
})
