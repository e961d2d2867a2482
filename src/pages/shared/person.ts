const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

const firstCharacter = (word: string): string => [...segmenter.segment(word)][0]?.segment ?? ''

/** One or two letters for an avatar: of the first word and of the last. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
  const [first = name.trim()] = words
  const last = words.length > 1 ? words.at(-1) : undefined
  return `${firstCharacter(first)}${last ? firstCharacter(last) : ''}`.toLocaleUpperCase()
}

export const hueCount = 12

/** Which of the avatar colours an author has: the same everywhere and always (FNV-1a). */
export function hueOf(authorId: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < authorId.length; index++)
    hash = Math.imul(hash ^ authorId.charCodeAt(index), 0x01000193) >>> 0
  // The low bits alone are poor for ids that differ in one digit.
  return ((hash ^ (hash >>> 15)) >>> 0) % hueCount
}
