import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Assignment } from './assignment.ts'
import { decodeAssignment, encodeAssignment } from './encoding.ts'
import { slotCount } from './slots.ts'

const liveVideoId = fc.stringMatching(/^[A-Za-z0-9_~-]{1,20}$/)

const assignments = fc.integer({ min: 2, max: 1_200 }).chain((count) => {
  const index = fc.nat(count - 1)
  return fc.record({
    generation: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    nodes: fc.constant(Array.from({ length: count }, (_, node) => `http://10.0.0.1:${node + 1}`)),
    slots: fc
      .array(index, { minLength: 1, maxLength: 50 })
      .map((some) => Array.from({ length: slotCount }, (_, slot) => some[slot % some.length] ?? 0)),
    spread: fc.dictionary(liveVideoId, fc.uniqueArray(index, { minLength: 2, maxLength: 30 })),
  })
})

function example(change: object = {}): string {
  const slots = 'AB'.repeat(slotCount)
  const nodes = ['http://a:1', 'http://b:1']
  return JSON.stringify({ generation: 1, nodes, slots, spread: [], ...change })
}

describe('PL-2: the assignment as text', () => {
  test('PL-2: what is decoded is what was encoded', () => {
    fc.assert(
      fc.property(assignments, (assignment: Assignment) => {
        expect(decodeAssignment(encodeAssignment(assignment))).toEqual({ ...assignment })
      }),
    )
  })

  test('PL-2: a live video may have any name, those of JavaScript too', () => {
    const spread = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((id) => [id, [0, 1]]))
    const slots = new Array<number>(slotCount).fill(0)
    const decoded = decodeAssignment(
      encodeAssignment({ generation: 1, nodes: ['http://a:1', 'http://b:1'], slots, spread }),
    )
    expect(Object.entries(decoded.spread)).toEqual(Object.entries(spread))
  })

  test('PL-2: it is smaller than 100 KB at a thousand nodes with long names', () => {
    const nodes = Array.from(
      { length: 1_000 },
      (_, node) => `http://chorus-realtime-${node}.chorus-realtime.live.svc.cluster.local:8080`,
    )
    const slots = Array.from({ length: slotCount }, (_, slot) => slot % 1_000)
    const shared = Array.from({ length: 12 }, (_, index) => index)
    const spread = Object.fromEntries(
      Array.from({ length: 150 }, (_, video) => [`live-video-${video}`, shared]),
    )
    const text = encodeAssignment({ generation: 1, nodes, slots, spread })
    expect(text.length).toBeLessThan(100_000)
  })

  test('PL-2: more nodes than it can number are refused', () => {
    const nodes = Array.from({ length: 4_097 }, (_, node) => `http://a:${node}`)
    expect(() => encodeAssignment({ generation: 1, nodes, slots: [], spread: {} })).toThrow(
      new RangeError('an assignment holds at most 4096 nodes'),
    )
  })

  test.each([
    ['', 'the text: not JSON'],
    ['null', 'the text: '],
    ['[]', 'the text: '],
    [example({ generation: 0 }), 'generation: '],
    [example({ generation: 1.5 }), 'generation: '],
    [example({ nodes: [] }), 'nodes: '],
    [example({ nodes: ['http://a:1', 'http://a:1'] }), 'nodes: a node stands twice'],
    [example({ nodes: ['ftp://a:1', 'http://b:1'] }), 'nodes.0: '],
    [example({ slots: 'AB' }), `slots: not ${slotCount} slots`],
    [example({ slots: 'A' }), 'slots: not pairs of base64url digits'],
    [example({ slots: 'A+'.repeat(slotCount) }), 'slots: not pairs of base64url digits'],
    [example({ slots: 'AC'.repeat(slotCount) }), 'an index: points past the nodes'],
    [example({ spread: [['v', 'AAAC']] }), 'an index: points past the nodes'],
    [example({ spread: [['v', 'AAAA']] }), 'spread.0.1: a node stands twice'],
    [example({ spread: [['v', 'AA']] }), 'spread.0.1: a single node'],
    [example({ spread: [['a/b', 'AAAB']] }), 'spread.0.0: not a LiveVideoId'],
    [
      example({
        spread: [
          ['v', 'AAAB'],
          ['v', 'AAAB'],
        ],
      }),
      'spread: a live video stands twice',
    ],
    [example({ spread: { v: 'AAAB' } }), 'spread: '],
    [example({ more: 1 }), 'the text: '],
  ])('PL-2: %.60s is no assignment, and the reason is one line', (text, reason) => {
    expect(() => decodeAssignment(text)).toThrow(`this is no assignment: ${reason}`)
  })

  test('PL-2: garbage is refused with an error in one line', () => {
    const damaged = fc.tuple(assignments, fc.nat(), fc.string()).map(([assignment, at, put]) => {
      const text = encodeAssignment(assignment)
      return text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1)
    })
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), damaged), (text) => {
        try {
          const { nodes, slots, spread } = decodeAssignment(text)
          expect(slots.length).toBe(slotCount)
          const indexes = [...slots, ...Object.values(spread).flat()]
          expect(indexes.every((index) => nodes[index] !== undefined)).toBe(true)
        } catch (error) {
          expect((error as Error).message).toMatch(/^this is no assignment: .+: .+$/)
        }
      }),
    )
  })
})
