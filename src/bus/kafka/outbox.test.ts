import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Outbox, type Parcel } from './outbox.ts'

const bytesMax = 1_000

const parcel = (name: number, bytes: number): Parcel => ({
  key: Buffer.from(String(name)),
  value: Buffer.alloc(bytes),
  partition: 0,
  events: 1,
})
const namesOf = (parcels: Parcel[]) => parcels.map(({ key }) => Number(String(key)))
const bytesOf = (parcels: Parcel[]) => parcels.reduce((bytes, { value }) => bytes + value.length, 0)

test('BU-26: the outbox keeps the newest within its bound, in order, and says what it dropped', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), bytes: fc.integer({ min: 1, max: 1_200 }) }),
    fc.record({ kind: fc.constantFrom('send' as const, 'fail' as const), bytes: fc.integer({ max: 2_000 }) }),
  )
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const outbox = new Outbox(bytesMax)
      const gone: Parcel[] = []
      let added = 0
      for (const { kind, bytes } of steps) {
        if (kind === 'add') gone.push(...outbox.add(parcel(added++, bytes)))
        else {
          const taken = outbox.take(bytes)
          expect(taken.length <= 1 || bytesOf(taken) <= bytes).toBe(true)
          gone.push(...(kind === 'send' ? taken : outbox.putBack(taken)))
        }
      }
      const left = outbox.take(Number.POSITIVE_INFINITY)
      expect(bytesOf(left)).toBeLessThanOrEqual(bytesMax)
      expect(namesOf([...gone, ...left])).toEqual(Array.from({ length: added }, (_, name) => name))
    }),
  )
})
