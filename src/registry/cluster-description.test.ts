import { expect, test } from 'vitest'
import { type ClusterDescription, differenceBetween } from './cluster-description.ts'

const own: ClusterDescription = { store: 's', bus: 'dispatched:', wire: '1' }

test('FT-20: nodes fit when they say the same, or one of them uses no store and no bus', () => {
  expect(differenceBetween(own, { ...own })).toBeNull()
  expect(differenceBetween(own, { store: null, bus: null, wire: '1' })).toBeNull()
  expect(differenceBetween({ store: null, bus: null, wire: '1' }, own)).toBeNull()
})

test('FT-20: another store, bus or version is named', () => {
  expect(differenceBetween(own, { ...own, store: 't' })).toBe('store')
  expect(differenceBetween(own, { ...own, bus: 'redis://a:1' })).toBe('bus')
  expect(differenceBetween(own, { store: null, bus: null, wire: '2' })).toBe('wire')
})
