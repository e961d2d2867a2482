import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Round, Subscriptions } from './subscriptions.ts'

const channels = ['a', 'b', 'c', 'd']
const channel = fc.constantFrom(...channels)
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('want' as const, 'letGo' as const, 'end' as const), channel }),
  fc.record({ kind: fc.constantFrom('begin' as const, 'retry' as const, 'restart' as const) }),
  fc.record({ kind: fc.constant('finish' as const), refused: fc.uniqueArray(channel, { maxLength: 2 }) }),
)
const steps = fc.array(step, { maxLength: 60 })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A server that carries out rounds, refuses some of it, ends subscriptions, and starts again. */
class Played {
  readonly subscriptions = new Subscriptions()
  readonly subscribed = new Set<string>()
  /** What was said last. */
  readonly wanted = new Set<string>()
  readonly #refused = new Set<string>()
  #round: Round | null = null

  play(step: Step): void {
    switch (step.kind) {
      case 'want':
        this.wanted.add(step.channel)
        return this.subscriptions.want(step.channel)
      case 'letGo':
        this.wanted.delete(step.channel)
        return this.subscriptions.letGo(step.channel)
      case 'end':
        this.subscribed.delete(step.channel)
        this.#refused.add(step.channel)
        return this.subscriptions.ended(step.channel)
      case 'begin':
        this.#round ??= this.subscriptions.begin()
        return
      case 'finish':
        return this.#finish(new Set(step.refused))
      case 'retry':
        return this.#retry()
      case 'restart':
        this.subscribed.clear()
        this.#round = null
        return this.subscriptions.reset()
    }
  }

  /** Until there is nothing left to ask, and nothing is refused any more. */
  rest(): void {
    this.#finish(new Set())
    this.#retry()
    this.play({ kind: 'begin' })
    this.#finish(new Set())
  }

  #finish(refused: Set<string>): void {
    const round = this.#round
    if (!round) return
    this.#round = null
    for (const channel of round.subscribe) if (!refused.has(channel)) this.subscribed.add(channel)
    for (const channel of round.unsubscribe) if (!refused.has(channel)) this.subscribed.delete(channel)
    for (const channel of refused) this.#refused.add(channel)
    this.subscriptions.finish(round, refused)
  }

  #retry(): void {
    this.subscriptions.retry(this.#refused)
    this.#refused.clear()
  }
}

/** Found by chance once: the server ended what was asked for and let go at the same time. */
const endedUnderWay: Step[] = [
  { kind: 'want', channel: 'a' },
  { kind: 'begin' },
  { kind: 'letGo', channel: 'a' },
  { kind: 'end', channel: 'a' },
  { kind: 'finish', refused: [] },
]
const runs = { numRuns: 3_000, examples: [[endedUnderWay]] as [Step[]][] }

describe('BU-10: what is subscribed to', () => {
  test('BU-10: is in the end what was said last, whatever overtook what', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const played = new Played()
        for (const step of steps) played.play(step)
        played.rest()
        expect(played.subscribed).toEqual(played.wanted)
        expect(played.subscriptions.begin()).toBeNull()
        expect(channels.filter((channel) => !played.subscriptions.isSettled(channel))).toEqual([])
      }),
      runs,
    )
  })

  test('BU-10: settled means that the server knows', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const played = new Played()
        for (const step of steps) {
          played.play(step)
          for (const channel of channels.filter((channel) => played.subscriptions.isSettled(channel)))
            expect(played.subscribed.has(channel)).toBe(played.wanted.has(channel))
        }
      }),
      runs,
    )
  })
})
