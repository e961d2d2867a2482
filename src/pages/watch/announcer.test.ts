import { expect, it } from 'vitest'
import type { ListEntry } from '../../sdk/index.ts'
import { Announcer } from './announcer.ts'

const entriesOf = (count: number): ListEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'comment',
    key: `k${index}`,
    cursor: null,
    comment: {
      id: `k${index}`,
      seq: index + 1,
      liveVideoId: 'lobby',
      author: { id: 'a', name: 'A' },
      text: 'hi',
      createdAt: 0,
    },
  }))

function begin() {
  let now = 0
  const announcer = new Announcer(() => now)
  const after = (passedMs: number, count: number) => {
    now += passedMs
    announcer.see(entriesOf(count), true)
    return announcer
  }
  return { announcer, after }
}

it('does not read out the history', () => {
  const { after } = begin()
  expect(after(0, 50).silent).toBe(true)
  expect(after(10_000, 51)).toMatchObject({ silent: false })
})

it('falls silent when comments come faster than they can be heard, and says how many came', () => {
  const { after } = begin()
  after(0, 0)
  after(10_000, 0)
  expect(after(100, 3).silent).toBe(false)
  expect(after(100, 30)).toMatchObject({ silent: true, summary: '' })
  expect(after(10_000, 40)).toMatchObject({ silent: true, summary: '40 new comments' })
  expect(after(10_000, 42)).toMatchObject({ silent: false, summary: '2 new comments' })
})
