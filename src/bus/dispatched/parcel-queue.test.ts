import { expect, test } from 'vitest'
import { type Parcel, parcelOf } from './parcel.ts'
import { ParcelQueue } from './parcel-queue.ts'

const parcel = (seq: number, bytes: number): Parcel => ({
  ...parcelOf({ liveVideoId: 'a', epoch: 'e0e0', seq, at: 0, type: 'comment.erased' }, 0),
  bytes,
})

const seqsOf = (parcels: Parcel[]) => parcels.map(({ event }) => event.seq)

test('BU-31: takes the oldest that fit, and always one', () => {
  const queue = new ParcelQueue(1_000)
  for (const [seq, bytes] of [500, 10, 10, 10].entries()) queue.push(parcel(seq, bytes))
  expect(seqsOf(queue.take(20))).toEqual([0])
  expect(seqsOf(queue.take(20))).toEqual([1, 2])
  expect(seqsOf(queue.take())).toEqual([3])
  expect(queue.take()).toEqual([])
  expect(queue.empty).toBe(true)
})

test('BU-33: beyond its bound the oldest go first, however long it goes on', () => {
  const queue = new ParcelQueue(100)
  let dropped = 0
  for (let seq = 1; seq <= 1_000; seq++) dropped += queue.push(parcel(seq, 10))
  expect(dropped).toBe(990)
  expect(seqsOf(queue.take(45))).toEqual([991, 992, 993, 994])
  for (let seq = 1_001; seq <= 1_004; seq++) expect(queue.push(parcel(seq, 10))).toBe(0)
  expect(queue.push(parcel(1_005, 100))).toBe(10)
  expect(seqsOf(queue.take())).toEqual([1_005])
})

test('BU-33: what is larger than the bound is not kept', () => {
  const queue = new ParcelQueue(100)
  expect(queue.push(parcel(1, 101))).toBe(1)
  expect(queue.empty).toBe(true)
})
