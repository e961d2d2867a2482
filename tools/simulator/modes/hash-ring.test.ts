import { expect, test } from 'vitest'
import { hashOf } from '../../../src/placement/hash.ts'
import { HashRing } from './hash-ring.ts'

const keys = Array.from({ length: 20_000 }, (_, index) => hashOf(`live-video-${index}`))
const nodes = Array.from({ length: 20 }, (_, index) => index)

test('SM-8: the ring gives each node about as much, and without a node moves what was its own', () => {
  const [all, fewer] = [new HashRing(nodes), new HashRing(nodes.filter((node) => node !== 7))]
  const counts = Map.groupBy(keys, (key) => all.nodeAt(key))
  for (const node of nodes) {
    expect(counts.get(node)?.length).toBeGreaterThan(600)
    expect(counts.get(node)?.length).toBeLessThan(1_400)
  }
  const moved = keys.filter((key) => all.nodeAt(key) !== fewer.nodeAt(key))
  expect(moved.filter((key) => all.nodeAt(key) !== 7)).toEqual([])
  expect(moved.length).toBe(counts.get(7)?.length)
})
