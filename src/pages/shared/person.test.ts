import { expect, it } from 'vitest'
import { hueCount, hueOf, initialsOf } from './person.ts'

it('takes the first letters of the first word and of the last', () => {
  expect(initialsOf('Ann')).toBe('A')
  expect(initialsOf('mara van Lindqvist')).toBe('ML')
  expect(initialsOf('priya.raman')).toBe('PR')
  expect(initialsOf('李小龍')).toBe('李')
  expect(initialsOf('🦊 Foxglove')).toBe('F')
  expect(initialsOf('👩‍🚀')).toBe('👩‍🚀')
})

it('gives every author one of the colours, the same each time, and uses them all', () => {
  const hues = Array.from({ length: 500 }, (_, index) => hueOf(`guest-${index}`))
  expect(new Set(hues).size).toBe(hueCount)
  expect(hues.every((hue) => Number.isInteger(hue) && hue >= 0 && hue < hueCount)).toBe(true)
  expect(hueOf('guest-7')).toBe(hueOf('guest-7'))
})
