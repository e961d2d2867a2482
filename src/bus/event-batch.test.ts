import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LiveVideoEvent } from '../domain/event.ts'
import { decodeEventBatch, encodeEventBatch } from './event-batch.ts'

const text = fc.string({ unit: 'binary', maxLength: 50 })
const id = fc.stringMatching(/^[A-Za-z0-9_~-]{1,20}$/)
const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const at = fc.integer({ min: 0, max: 4e12 })

const comment = fc.record(
  {
    id,
    seq,
    liveVideoId: id,
    author: fc.record(
      { id: text, name: text, avatarUrl: text, role: fc.constantFrom('moderator' as const, 'host' as const) },
      { requiredKeys: ['id', 'name'] },
    ),
    text,
    createdAt: at,
    offsetMs: at,
    replyTo: id,
  },
  { requiredKeys: ['id', 'seq', 'liveVideoId', 'author', 'text', 'createdAt'] },
)

const body = fc.oneof(
  fc.record({ type: fc.constant('comment.created' as const), comment }),
  fc.record({ type: fc.constant('comment.removed' as const), commentId: id, commentSeq: seq }),
  fc.record({ type: fc.constant('comment.pinned' as const), commentId: fc.option(id) }),
  fc.record({
    type: fc.constant('settings.changed' as const),
    settings: fc.record({ closed: fc.boolean(), slowModeMs: fc.option(at) }),
  }),
  fc.record({ type: fc.constant('comment.erased' as const) }),
)

const event: fc.Arbitrary<LiveVideoEvent> = fc
  .tuple(fc.record({ liveVideoId: id, epoch: fc.stringMatching(/^[A-Za-z0-9]{4,32}$/), seq, at }), body)
  .map(([log, what]) => ({ ...log, ...what }))

const events = fc.array(event, { maxLength: 5 })
const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? '')
/** Any of fast-check's objects carries its prototype's name; JSON does not. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('BU-12: a batch of events on a wire', () => {
  test('BU-12: what is read is what was written', () => {
    fc.assert(
      fc.property(events, (batch) => {
        const read = decodeEventBatch(encodeEventBatch(batch))
        expect(read).toEqual({ events: plain(batch), carried: batch.length, problem: null })
      }),
    )
  })

  test('BU-12: what nobody wants is counted and left out', () => {
    fc.assert(
      fc.property(events, fc.func(fc.boolean()), (batch, wanted) => {
        const read = decodeEventBatch(encodeEventBatch(batch), wanted)
        const asked = batch.filter(({ liveVideoId }) => wanted(liveVideoId))
        expect(read).toEqual({ events: plain(asked), carried: batch.length, problem: null })
      }),
    )
  })

  test('BU-12: any bytes are read or reported, and nothing is thrown', () => {
    const anything = fc.oneof(
      fc.uint8Array(),
      fc.anything().map((value) => {
        try {
          return bytesOf(value)
        } catch {
          return Buffer.from('nothing that JSON knows')
        }
      }),
      fc.array(fc.jsonValue()).map((entries) => bytesOf({ version: 1, events: entries })),
    )
    fc.assert(
      fc.property(anything, (bytes) => {
        const { events, carried, problem } = decodeEventBatch(bytes)
        expect(problem === null).toBe(carried === events.length && isEnvelope(bytes))
      }),
    )
  })

  test('BU-12: an event that is none costs no other, however it is broken', () => {
    const broken = fc
      .tuple(event, fc.constantFrom('liveVideoId', 'epoch', 'seq', 'at', 'type'), fc.jsonValue())
      .filter(([, , value]) => typeof value !== 'number' && typeof value !== 'string')
      .map(([whole, key, value]) => ({ ...whole, [key]: value }))
    fc.assert(
      fc.property(events, broken, events, (before, none, after) => {
        const read = decodeEventBatch(bytesOf({ version: 1, events: [...before, none, ...after] }))
        expect(read.events).toEqual(plain([...before, ...after]))
        expect(read.problem).toMatch(new RegExp(`^event ${before.length} of ${read.carried} in a batch`))
      }),
    )
  })

  test('BU-12: a batch of another version is named', () => {
    const { events, problem } = decodeEventBatch(bytesOf({ version: 2, events: [] }))
    expect({ events, problem }).toEqual({
      events: [],
      problem: 'a batch of version 2, where this node reads version 1',
    })
  })

  test('BU-12: what a problem says holds nothing of a comment', () => {
    const secret = 'what-the-author-wrote'
    const cut = encodeEventBatch([created(secret)]).subarray(0, -9)
    const without = plain(created(secret)) as { comment: Record<string, unknown> }
    without.comment.text = { [secret]: secret }
    for (const bytes of [Buffer.from(secret), cut, bytesOf({ version: 1, events: [without, secret] })]) {
      const { problem } = decodeEventBatch(bytes)
      expect(problem).not.toBeNull()
      expect(problem).not.toContain(secret)
    }
  })

  test('BU-12: nothing on the wire reaches a prototype', () => {
    const bytes = Buffer.from(
      `{"version":1,"events":[{"__proto__":{"polluted":1},${JSON.stringify(created('x')).slice(1)}]}`,
    )
    const [read] = decodeEventBatch(bytes).events
    expect(read).toEqual(created('x'))
    expect(read).not.toHaveProperty('polluted')
  })
})

function isEnvelope(bytes: Uint8Array): boolean {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString())
    return value?.version === 1 && Array.isArray(value.events)
  } catch {
    return false
  }
}

function created(words: string): LiveVideoEvent {
  const author = { id: 'ann', name: 'Ann' }
  return {
    liveVideoId: 'a',
    epoch: 'e0e0',
    seq: 1,
    at: 1,
    type: 'comment.created',
    comment: { id: 'c1', seq: 1, liveVideoId: 'a', author, text: words, createdAt: 1 },
  }
}
