import { expect, it } from 'vitest'
import { charactersLeft } from './text-length.ts'

it('says how many characters are left once that is of interest', () => {
  expect(charactersLeft('x'.repeat(4_499))).toBe(null)
  expect(charactersLeft('x'.repeat(4_990))).toBe(10)
  expect(charactersLeft('x'.repeat(5_012))).toBe(-12)
})

it('counts as the server does: an emoji is one, space around the text none', () => {
  expect(charactersLeft(`  ${'😀'.repeat(4_999)}  `)).toBe(1)
  expect(charactersLeft('😀'.repeat(3_000))).toBe(null)
})
