import { ChorusError } from './errors.ts'

/** Counted in Unicode code points, so that an emoji of two UTF-16 units is not charged twice. */
export const textCharactersMax = 5_000

// C0 and C1 controls but for the line feed: they have no look of their own and confuse terminals and logs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/

// A character that can be seen: neither a space of any kind (the empty Braille pattern is one) nor a joiner or filler.
const visible = /[^\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u

/**
 * The text of a comment as it is stored: line ends as `\n`, no space around it, otherwise as written.
 * @throws ChorusError `invalid_text` when it is empty, too long, or holds control characters or half a character.
 */
export function acceptText(raw: string): string {
  const text = raw.replaceAll('\r\n', '\n').trim()
  if (!text.isWellFormed()) throw new ChorusError('invalid_text', 'The text holds half of a surrogate pair.')
  if (control.test(text)) throw new ChorusError('invalid_text', 'The text holds a control character.')
  if (!visible.test(text)) throw new ChorusError('invalid_text', 'The text is empty.')
  if (text.length > textCharactersMax && countCharacters(text) > textCharactersMax)
    throw new ChorusError('invalid_text', `The text is longer than ${textCharactersMax} characters.`)
  return text
}

function countCharacters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
