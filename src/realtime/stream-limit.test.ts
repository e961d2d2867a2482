import { expect, test } from 'vitest'
import { StreamLimit } from './stream-limit.ts'

test('RT-11: an address has so many places, and one given back can be taken again', () => {
  const limit = new StreamLimit(2)
  const first = limit.take('a')
  limit.take('a')
  expect(limit.take('a')).toBeNull()
  expect(limit.take('b')).not.toBeNull()
  first?.()
  expect(limit.take('a')).not.toBeNull()
  expect(limit.take('a')).toBeNull()
})

test('RT-11: without a limit everybody has a place', () => {
  const limit = new StreamLimit(null)
  for (let count = 0; count < 100; count++) expect(limit.take('a')).not.toBeNull()
})
