import { expect, test } from 'vitest'
import type { LiveVideoEvent } from '../../domain/event.ts'
import { describeBus, sameBus, twoBuses } from '../bus.contract.ts'
import { commentsEnd, realtimeEnd, wholeBus } from './testing/ends.ts'
import { RealtimeProcess } from './testing/realtime-process.ts'

const event = (liveVideoId: string, seq: number): LiveVideoEvent => ({
  liveVideoId,
  epoch: 'e0e0',
  seq,
  at: 1_000,
  type: 'comment.pinned',
  commentId: null,
})

const events = (liveVideoId: string, from: number, to: number): LiveVideoEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(liveVideoId, from + index))

describeBus('dispatched, in one process', async () => sameBus(wholeBus()))

describeBus('dispatched, over HTTP', async () => {
  const there = await realtimeEnd()
  const { bus } = commentsEnd(() => [there.url])
  const ends = twoBuses(bus, there.bus)
  return {
    ...ends,
    async close() {
      await ends.close()
      await there[Symbol.asyncDispose]()
    },
  }
})

test('BU-30: in one process events are handed over in the same turn', async () => {
  const bus = wholeBus()
  const received: LiveVideoEvent[] = []
  bus.onEvents((events) => received.push(...events))
  await bus.subscribe('a')
  bus.publish([event('a', 1), event('b', 1)])
  expect(received).toEqual([event('a', 1)])
})

test('BU-30: a node receives the events of its own live videos and no others', async () => {
  await using one = await realtimeEnd()
  await using other = await realtimeEnd()
  await using here = commentsEnd((liveVideoId) => [liveVideoId === 'a' ? one.url : other.url])
  for (const end of [one, other]) for (const id of ['a', 'b']) await end.bus.subscribe(id)
  here.bus.publish([event('a', 1), event('b', 1), event('a', 2), event('b', 2)])
  await expect.poll(() => one.received).toEqual(events('a', 1, 2))
  await expect.poll(() => other.received).toEqual(events('b', 1, 2))
})

test('BU-30: each node of a spread live video receives every event, and so does the one it just left', async () => {
  await using left = await realtimeEnd()
  await using one = await realtimeEnd()
  await using other = await realtimeEnd()
  const all = [one, other, left]
  await using here = commentsEnd(() => all.map(({ url }) => url))
  for (const { bus } of all) await bus.subscribe('a')
  for (const each of events('a', 1, 20)) here.bus.publish([each])
  for (const { received } of all) await expect.poll(() => received).toEqual(events('a', 1, 20))
})

test('BU-30: what nobody asked for is not handed on, and counted', async () => {
  await using there = await realtimeEnd()
  await using here = commentsEnd(() => [there.url])
  await there.bus.subscribe('a')
  here.bus.publish([event('a', 1), event('b', 1), event('b', 2)])
  await expect.poll(() => there.counts).toMatchObject({ receivedEvents: 3, wantedEvents: 1 })
  expect(there.received).toEqual([event('a', 1)])
})

test('BU-30: events of live videos that no node is known for are dropped, counted and reported', async () => {
  await using here = commentsEnd(() => [])
  here.bus.publish([event('a', 1), event('b', 1)])
  here.bus.publish([event('a', 2)])
  expect(here.counts.droppedEvents).toBe(3)
  expect(here.reports).toEqual([expect.stringMatching(/before it was known which nodes serve/)])
})

test('BU-31: what comes while a request is under way shares the next, in order', async () => {
  await using there = await realtimeEnd()
  await using here = commentsEnd(() => [there.url])
  await there.bus.subscribe('a')
  for (const each of events('a', 1, 400)) here.bus.publish([each])
  await expect.poll(() => there.received).toEqual(events('a', 1, 400))
  await expect.poll(() => here.counts.requests).toEqual([1, 399])
})

test('BU-31: a request has a bound, and what is over waits for the next', async () => {
  await using there = await realtimeEnd()
  await using here = commentsEnd(() => [there.url], { batchBytesMax: 10_000 })
  await there.bus.subscribe('a')
  here.bus.publish(events('a', 1, 200))
  await expect.poll(() => there.received).toEqual(events('a', 1, 200))
  expect(Math.max(...here.counts.requests)).toBeLessThan(20)
})

test('BU-32: what a killed node did not take goes to the new owner, once and in order', async () => {
  await using lost = new RealtimeProcess(['a', 'b'])
  await using owner = await realtimeEnd()
  const lostUrl = await lost.url
  let route = [lostUrl]
  await using here = commentsEnd(() => route)
  await owner.bus.subscribe('a')
  here.bus.publish([event('a', 1)])
  await expect.poll(() => lost.received).toEqual([event('a', 1)])
  // Killed before it has answered it would rightly be taken for one who has not got it.
  await expect.poll(() => here.counts.requests).toEqual([1])
  await lost.kill()
  for (const each of events('a', 2, 20)) here.bus.publish([each])
  route = [owner.url]
  await expect.poll(() => owner.received).toEqual(events('a', 2, 20))
  expect(here.counts.droppedEvents).toBe(0)
})

test('BU-32: a new owner who has them already does not get them again', async () => {
  await using owner = await realtimeEnd()
  await using later = await realtimeEnd()
  await owner.bus.subscribe('a')
  await later.bus.subscribe('a')
  let route = [await closedUrl(), owner.url]
  await using here = commentsEnd(() => route)
  here.bus.publish(events('a', 1, 3))
  await expect.poll(() => owner.received).toEqual(events('a', 1, 3))
  route = [owner.url, later.url]
  await expect.poll(() => later.received).toEqual(events('a', 1, 3))
  expect(owner.received).toEqual(events('a', 1, 3))
})

test('BU-32: a node that comes back gets what it missed', async () => {
  const url = await closedUrl()
  await using here = commentsEnd(() => [url])
  here.bus.publish(events('a', 1, 3))
  await using there = await realtimeEnd(Number(new URL(url).port))
  await there.bus.subscribe('a')
  await expect.poll(() => there.received).toEqual(events('a', 1, 3))
})

test('BU-32: a node that was started again unnoticed misses nothing', async () => {
  const first = await realtimeEnd()
  await using here = commentsEnd(() => [first.url])
  here.bus.publish([event('a', 1)])
  await expect.poll(() => here.counts.requests).toEqual([1])
  await first[Symbol.asyncDispose]()
  await using second = await realtimeEnd(Number(new URL(first.url).port))
  await second.bus.subscribe('a')
  here.bus.publish([event('a', 2)])
  await expect.poll(() => second.received).toEqual([event('a', 2)])
})

test('BU-32: after some seconds an event is given up, counted and reported', async () => {
  const url = await closedUrl()
  await using here = commentsEnd(() => [url], { retryForMs: 200 })
  here.bus.publish(events('a', 1, 3))
  await expect.poll(() => here.counts.droppedEvents).toBe(3)
  expect(here.reports).toEqual([expect.stringMatching(`events do not reach ${url}, .*ECONNREFUSED`)])
})

test('BU-33: a frozen node delays nobody else, and once awake gets what it missed', async () => {
  await using frozen = new RealtimeProcess(['a'])
  await using other = await realtimeEnd()
  await other.bus.subscribe('b')
  const frozenUrl = await frozen.url
  const route = (liveVideoId: string) => [liveVideoId === 'a' ? frozenUrl : other.url]
  await using here = commentsEnd(route, { requestMsMax: 200 })
  here.bus.publish([event('a', 1)])
  await expect.poll(() => frozen.received).toEqual([event('a', 1)])
  frozen.signal('SIGSTOP')
  for (let seq = 2; seq <= 50; seq++) here.bus.publish([event('a', seq), event('b', seq)])
  await expect.poll(() => other.received).toEqual(events('b', 2, 50))
  expect(frozen.received).toEqual([event('a', 1)])
  frozen.signal('SIGCONT')
  // An attempt that was not answered in time may have arrived all the same: repeats are for the tail to drop.
  const seen = () => [...new Set(frozen.received.map(({ seq }) => seq))]
  await expect.poll(seen).toEqual(events('a', 1, 50).map(({ seq }) => seq))
})

test('BU-33: what waits for a node is bounded: the oldest is dropped, counted and reported', async () => {
  const url = await closedUrl()
  await using here = commentsEnd(() => [url], { queueBytesMax: 10_000, batchBytesMax: 1_000 })
  for (const each of events('a', 1, 500)) here.bus.publish([each])
  expect(here.counts.droppedEvents).toBeGreaterThan(450)
  expect(here.reports).toEqual([expect.stringMatching(`events do not reach ${url}, .*too many wait`)])
  await using there = await realtimeEnd(Number(new URL(url).port))
  await there.bus.subscribe('a')
  await expect.poll(() => there.received.at(-1)).toEqual(event('a', 500))
  const seqs = there.received.map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  expect(seqs.length + here.counts.droppedEvents).toBe(500)
})

test('BU-33: an address that is none is trouble with that node alone', async () => {
  await using there = await realtimeEnd()
  await there.bus.subscribe('a')
  await using here = commentsEnd(() => ['no address', there.url], { retryForMs: 100 })
  here.bus.publish([event('a', 1)])
  await expect.poll(() => there.received).toEqual([event('a', 1)])
  await expect.poll(() => here.reports).toEqual([expect.stringMatching(/reach no address, .*Invalid URL/)])
})

test('BU-35: closing sends what waits', async () => {
  await using there = await realtimeEnd()
  await there.bus.subscribe('a')
  const { bus } = commentsEnd(() => [there.url], { batchBytesMax: 1_000 })
  bus.publish(events('a', 1, 20))
  await bus.close()
  expect(there.received).toEqual(events('a', 1, 20))
})

test('BU-35: closing waits for a frozen or a dead node for a bounded time', async () => {
  await using frozen = new RealtimeProcess(['a'])
  const urls = [await frozen.url, await closedUrl()]
  frozen.signal('SIGSTOP')
  const { bus, counts } = commentsEnd(() => urls, {
    closeMsMax: 100,
    retry: { firstMs: 60_000, maxMs: 60_000, settledMs: 1 },
  })
  bus.publish([event('a', 1)])
  await bus.close()
  await expect.poll(() => counts.droppedEvents).toBe(2)
})

test('BU-35: a link that carried nothing for a while is closed, and opened again when it is needed', async () => {
  await using there = await realtimeEnd()
  await there.bus.subscribe('a')
  await using here = commentsEnd(() => [there.url], { idleMs: 50 })
  for (const each of events('a', 1, 3)) {
    here.bus.publish([each])
    await expect.poll(() => there.received.at(-1)).toEqual(each)
    await expect.poll(() => there.connections()).toBe(0)
  }
})

/** The address of a node that is not there. */
async function closedUrl(): Promise<string> {
  await using end = await realtimeEnd()
  return end.url
}
