import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Message, PublishQueue } from './publish-queue.ts'

const bytesMax = 100
const inFlightBytesMax = 40

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('add' as const), bytes: fc.integer({ min: 1, max: 130 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('send' as const, 'finish' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
)

const messageOf = (bytes: number): Message => ({
  channel: 'a',
  bytes: Buffer.alloc(bytes),
  events: 1,
  misplaced: false,
})

describe('BU-19: the queue of one server', () => {
  test('BU-19: holds no more than it may, loses nothing but what it says, and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = new PublishQueue(bytesMax, inFlightBytesMax)
        const kept: Message[] = []
        const inFlight: Message[] = []
        for (const step of steps) {
          if (step.kind === 'add') {
            const message = messageOf(step.bytes)
            kept.push(message)
            for (const dropped of queue.add(message)) kept.splice(kept.indexOf(dropped), 1)
          }
          if (step.kind === 'send') {
            const sent = queue.send()
            if (sent) expect(sent).toBe(kept[inFlight.length])
            if (sent) inFlight.push(sent)
          }
          if (step.kind === 'finish' && inFlight[0]) {
            queue.finish(inFlight[0])
            kept.splice(0, 1)
            inFlight.shift()
          }
          if (step.kind === 'restart') {
            queue.restart()
            inFlight.length = 0
          }
          const size = (messages: Message[]) => messages.reduce((sum, { bytes }) => sum + bytes.length, 0)
          expect(queue.bytes).toBe(size(kept))
          expect(queue.bytes).toBeLessThanOrEqual(bytesMax)
          expect(queue.inFlightBytes).toBe(size(inFlight))
          if (inFlight.length > 1) expect(queue.inFlightBytes).toBeLessThanOrEqual(inFlightBytesMax)
          expect(queue.isEmpty).toBe(kept.length === 0)
        }
        expect(queue.takeAll()).toEqual(kept)
        expect(queue.isEmpty).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('BU-19: an answer that comes after a restart finishes nothing', () => {
    const queue = new PublishQueue(bytesMax, inFlightBytesMax)
    const message = messageOf(10)
    queue.add(message)
    queue.send()
    queue.restart()
    queue.finish(message)
    expect(queue.takeAll()).toEqual([message])
  })
})
