import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FairQueue } from './fair-queue.ts'

interface Item {
  client: string
  number: number
}

const clients = ['a', 'b', 'c', 'd']
const crowd = 'd'
const bounds = { waitingMax: 12, clientWaitingMax: 6 }

const client = fc.constantFrom(...clients)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('add' as const), client, count: fc.nat({ max: 9 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const), count: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('take' as const), client }) },
)

/** A queue beside what it ought to hold, which is looked at after each step. */
class Watched {
  readonly queue = new FairQueue<Item>(bounds)
  readonly lines = new Map<string, Item[]>(clients.map((each) => [each, []]))
  readonly served: Item[] = []
  #number = 0

  lengthOf(key: string): number {
    return this.lines.get(key)?.length ?? 0
  }

  get size(): number {
    return [...this.lines.values()].reduce((sum, { length }) => sum + length, 0)
  }

  add(key: string): void {
    const item = { client: key, number: ++this.#number }
    const [held, size] = [this.lengthOf(key), this.size]
    const longest = Math.max(...clients.map((each) => this.lengthOf(each)))
    const rejection = this.queue.add(item, { key, isCrowd: key === crowd })
    this.lines.get(key)?.push(item)
    if (rejection) this.#remove(rejection.item)
    if (held >= bounds.clientWaitingMax && key !== crowd)
      return expect(rejection).toEqual({ item, reason: 'share' })
    if (size < bounds.waitingMax) return expect(rejection).toBeNull()
    // Of those who have most it is the last item that leaves; who has nothing there is never told that it is its own doing.
    if (held + 1 < longest) {
      expect(rejection?.reason).toBe(rejection?.item.client === crowd ? 'full' : 'share')
      expect(this.lengthOf(rejection?.item.client ?? '')).toBe(longest - 1)
      expect(rejection?.item.number).toBeGreaterThan(
        this.lines.get(rejection?.item.client ?? '')?.at(-1)?.number ?? 0,
      )
    } else expect(rejection).toEqual({ item, reason: held > 0 && key !== crowd ? 'share' : 'full' })
  }

  next(): void {
    const item = this.queue.next()
    expect(item === undefined).toBe(this.size === 0)
    if (!item) return
    expect(item).toBe(this.lines.get(item.client)?.[0])
    this.#remove(item)
    this.served.push(item)
  }

  take(key: string): void {
    expect(this.queue.take((item) => item.client === key)).toEqual(this.lines.get(key))
    this.lines.set(key, [])
  }

  #remove(item: Item): void {
    const line = this.lines.get(item.client) ?? []
    line.splice(line.indexOf(item), 1)
  }
}

test('FS-2: a queue keeps each client in order and within its share, and makes room for those who have less', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const watched = new Watched()
      for (const { kind, ...rest } of steps) {
        const { client: key = '', count = 1 } = { count: 1, ...rest } as { client?: string; count?: number }
        if (kind === 'take') watched.take(key)
        else for (let times = 0; times < count; times++) kind === 'add' ? watched.add(key) : watched.next()
        expect(watched.queue.size).toBe(watched.size)
      }
      while (watched.size > 0) watched.next()
      expect(watched.queue.next()).toBeUndefined()
    }),
  )
})

test('FS-2: of those who wait each is served once before anybody is served twice, however much some have sent', () => {
  const held = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(held, (counts) => {
      const queue = new FairQueue<number>({ waitingMax: 1_000, clientWaitingMax: 1_000 })
      for (const [key, count] of counts.entries())
        for (let times = 0; times < count; times++) queue.add(key, { key: String(key) })
      const left = [...counts]
      while (queue.size > 0) {
        const waiting = left.flatMap((count, key) => (count > 0 ? [key] : []))
        const round = waiting.map(() => queue.next() ?? -1)
        expect(round.sort((a, b) => a - b)).toEqual(waiting)
        for (const key of round) left[key] = (left[key] ?? 0) - 1
      }
    }),
  )
})

test('FS-2: what one client has filled to the last place is given up, one by one, to everybody who comes', () => {
  const queue = new FairQueue<string>({ waitingMax: 100, clientWaitingMax: 100 })
  for (let count = 0; count < 100; count++) expect(queue.add('flood', { key: 'flood' })).toBeNull()
  expect(queue.add('flood', { key: 'flood' })).toEqual({ item: 'flood', reason: 'share' })
  for (let count = 0; count < 98; count++)
    expect(queue.add(`${count}`, { key: `${count}` })).toEqual({ item: 'flood', reason: 'share' })
  expect(queue.add('late', { key: 'late' })).toEqual({ item: 'flood', reason: 'share' })
  expect(queue.add('later', { key: 'later' })).toEqual({ item: 'later', reason: 'full' })
})

test('FS-9: no more are served before a new item than the queue says', () => {
  const arrivals = fc.array(client, { maxLength: 40 })
  fc.assert(
    fc.property(arrivals, client, (keys, key) => {
      const queue = new FairQueue<string>({ waitingMax: 100, clientWaitingMax: 100 })
      for (const each of keys) queue.add('other', { key: each })
      const ahead = queue.ahead({ key })
      queue.add('new', { key })
      let served = 0
      while (queue.next() !== 'new') served++
      expect(served).toBeLessThanOrEqual(ahead)
      // A client alone, and one that has nothing there, know it exactly.
      if (new Set(keys).size === 0 || !keys.includes(key)) expect(served).toBe(new Set(keys).size)
    }),
  )
})
