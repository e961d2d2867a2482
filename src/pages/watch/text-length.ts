import { textCharactersMax } from '../../domain/text.ts'

const shownFrom = textCharactersMax - 500

/** Characters as the server counts them: an emoji of two UTF-16 units is one. */
export function countCharacters(text: string): number {
  if (text.length < shownFrom) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}

/** How many characters are left, once that is of interest; negative: too many. null: plenty. */
export function charactersLeft(text: string): number | null {
  const trimmed = text.trim()
  if (trimmed.length < shownFrom) return null
  const count = countCharacters(trimmed)
  return count < shownFrom ? null : textCharactersMax - count
}
