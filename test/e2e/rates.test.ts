import { beforeAll, expect, test, vi } from 'vitest'
import type { StreamEvents } from '../../src/protocol/stream-events.ts'
import { type Author, authorOf } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { type StreamEvent, Viewer } from '../support/viewer.ts'

const server = sharedChorus()
const mod = authorOf(server, { sub: 'mod', role: 'moderator' })
const flo = authorOf(server, { sub: 'flo' })
const others = ['ann', 'bob', 'cy', 'dan'].map((sub) => authorOf(server, { sub }))
const rate = 2

/** Events of the log that ended with a gap, or with what was shown last. */
interface Run {
  /** Of its last event, shown or not. */
  endSeq: number
  shown: number[]
}

/**
 * What a viewer was told, in the runs that its gaps end; fails unless it all goes together. A run whose gap has yet to come
 * is left out.
 */
function runsOf(events: readonly StreamEvent[], startSeq = 0): Run[] {
  const runs: Run[] = []
  let shown: number[] = []
  const endOf = (missed: number) => (runs.at(-1)?.endSeq ?? startSeq) + shown.length + missed
  const finish = (missed: number) => {
    const run = { endSeq: endOf(missed), shown }
    expect(run.shown.every((seq) => seq <= run.endSeq)).toBe(true)
    runs.push(run)
    shown = []
  }
  for (const { event, data } of events) {
    if (event === 'gap') {
      expect(data).toMatchObject({ reason: 'rate' })
      finish((data as StreamEvents['gap']).missed)
    } else if (event !== 'viewers') {
      const { seq } = data as { seq: number }
      expect(seq).toBeGreaterThan(shown.at(-1) ?? runs.at(-1)?.endSeq ?? startSeq)
      shown.push(seq)
    }
  }
  if (shown.length > 0 && shown.at(-1) === endOf(0)) finish(0)
  return runs
}

const toldUpTo = (viewer: Viewer, startSeq = 0): number =>
  runsOf(viewer.events, startSeq).at(-1)?.endSeq ?? startSeq

/** By the events' own time: over any of its runs no more than the rate allows of those that use it up. */
function expectWithin(rate: number, runs: Run[], all: Viewer): void {
  const comments = new Map(all.comments.map((comment) => [comment.seq, comment]))
  const newestAt = (seq: number): number =>
    Math.max(...all.comments.filter((one) => one.seq <= seq).map(({ createdAt }) => createdAt))
  const sums = runs.map(({ endSeq, shown }) => ({
    at: newestAt(endSeq),
    count: shown.filter((seq) => comments.get(seq) && !comments.get(seq)?.author.role).length,
  }))
  for (let from = 1; from < sums.length; from++)
    for (let to = from, count = 0; to < sums.length; to++) {
      count += sums[to]?.count ?? 0
      const seconds = ((sums[to]?.at ?? 0) - (sums[from - 1]?.at ?? 0)) / 1_000
      expect(count).toBeLessThanOrEqual(rate + rate * seconds)
    }
}

/** Posts so many comments a second, as evenly as the machine lets it, for as long as `isWanted` says. */
async function flood(
  liveVideoId: string,
  perSecond: number,
  isWanted: (posted: number) => boolean,
  authorAt: (index: number) => Author,
): Promise<void> {
  const posts: Promise<unknown>[] = []
  const began = performance.now()
  while (isWanted(posts.length)) {
    const due = ((performance.now() - began) / 1_000) * perSecond
    if (posts.length > due) await new Promise((resolve) => setTimeout(resolve, 5))
    else posts.push(authorAt(posts.length).comment(liveVideoId, `comment ${posts.length}`))
  }
  await Promise.all(posts)
}

const liveVideoId = newLiveVideoId()
const floodCount = 240
/** Opened before the flood, which goes on for about four seconds. */
let all: Viewer
let sampled: Viewer
let sampledToo: Viewer
let floAtRate: Viewer
/** Left and came back while it went on. */
let before: Viewer
let after: Viewer
let lastSeq = 0

const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 10_000, interval: 10 })

beforeAll(async () => {
  const open = (rate: string, more: { token?: string; lastEventId?: string } = {}) =>
    new Viewer(server, liveVideoId, { rate, query: 'history=0', ...more })
  all = open('all')
  ;[sampled, sampledToo, before] = [open('2'), open('2.5'), open('2')]
  floAtRate = open('2', { token: flo.token })
  const viewers = [all, sampled, sampledToo, before, floAtRate]
  await until(() => viewers.every(({ lastEventId }) => lastEventId === '-:0'))
  const flooding = flood(
    liveVideoId,
    60,
    (posted) => posted < floodCount,
    // Of ten comments flo writes seven.
    (index) => (index % 10 < 7 ? flo : (others[index % others.length] ?? flo)),
  )
  await until(() => before.named('gap').length > 1)
  before[Symbol.dispose]()
  after = open('2', { lastEventId: before.lastEventId ?? '' })
  const pinned = await mod.comment(liveVideoId, 'from a moderator')
  await mod.change(liveVideoId, { pinnedCommentId: pinned.id })
  await flooding
  await mod.change(liveVideoId, { slowModeMs: 1_000 })
  await mod.change(liveVideoId, { slowModeMs: null })
  const [first] = all.comments
  await mod.remove(liveVideoId, first?.id ?? '')
  lastSeq = (await mod.comment(liveVideoId, 'the last one')).seq
  await until(() => all.seqs.at(-1) === lastSeq)
  for (const viewer of [sampled, sampledToo, floAtRate]) await until(() => toldUpTo(viewer) === lastSeq)
  return () => {
    for (const viewer of [...viewers, after]) viewer[Symbol.dispose]()
  }
}, 30_000)

test('RT-20: a tier shows no more comments than its rate, by their own time', () => {
  expectWithin(rate, runsOf(sampled.events), all)
  expect(sampled.comments.length).toBeLessThan(all.comments.length / 2)
  expect(sampled.comments.length).toBeGreaterThan(5)
})

test('RT-20: every event is shown or counted in a gap', () => {
  for (const viewer of [sampled, floAtRate]) {
    const missed = viewer
      .named('gap')
      .reduce((sum, { data }) => sum + (data as StreamEvents['gap']).missed, 0)
    const shown = viewer.events.filter(({ id }) => id !== undefined).length
    expect(missed).toBeGreaterThan(0)
    expect(shown + missed).toBe(lastSeq)
  }
})

test('RT-20: what is shown of a flood is everybody’s, not the flooder’s', () => {
  const by = (id: string) => sampled.comments.filter(({ author }) => author.id === id).length
  for (const id of ['ann', 'bob', 'cy', 'dan']) expect(by(id), id).toBeGreaterThan(0)
  expect(by('flo')).toBeLessThan(sampled.comments.length / 2)
})

test('RT-20: moderators’ comments and whatever is no comment come at any rate', () => {
  const isAlways = ({ event, data }: StreamEvent) =>
    event === 'comment.created'
      ? (data as StreamEvents['comment.created']).author.role !== undefined
      : event !== 'gap' && event !== 'viewers'
  const expected = all.events.filter(isAlways)
  expect(expected.map(({ event }) => event)).toEqual([
    'comment.created',
    'comment.pinned',
    'settings.changed',
    'settings.changed',
    'comment.removed',
    'comment.created',
  ])
  for (const viewer of [sampled, floAtRate]) expect(viewer.events.filter(isAlways)).toEqual(expected)
})

test('RT-20: all of one’s own comments come, besides the same sample as everybody’s', () => {
  const own = ({ author }: { author: { id: string } }) => author.id === 'flo'
  expect(floAtRate.comments.filter(own)).toEqual(all.comments.filter(own))
  expect(floAtRate.comments.filter((one) => !own(one))).toEqual(sampled.comments.filter((one) => !own(one)))
})

test('RT-20: viewers of one tier are told the same, however they write it', () => {
  const ofLog = ({ events }: Viewer) => events.filter(({ event }) => event !== 'viewers')
  expect(ofLog(sampledToo)).toEqual(ofLog(sampled))
})

test('RT-20: who comes back is told nothing again, and goes on where it was', async () => {
  const startSeq = Number(before.lastEventId?.split(':')[1])
  // Less, if the connection was cut before a gap that it was about to be told.
  expect(toldUpTo(before)).toBeLessThanOrEqual(startSeq)
  await expect.poll(() => toldUpTo(after, startSeq)).toBe(lastSeq)
  expect(Math.min(...after.seqs)).toBeGreaterThan(startSeq)
})

test('RT-20: who asks for all is left out of nothing', () => {
  const seqs = all.events
    .filter(({ id }) => id !== undefined)
    .map(({ data }) => (data as { seq: number }).seq)
  expect(seqs).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1))
  expect(all.named('gap')).toEqual([])
})

test('RT-22: left to the server, all is shown until there is too much of it, and again when it has calmed', async () => {
  const liveVideoId = newLiveVideoId()
  const authorAt = (index: number) => others[index % others.length] ?? flo
  using all = new Viewer(server, liveVideoId)
  using viewer = new Viewer(server, liveVideoId, { rate: null })
  await expect.poll(() => [all.lastEventId, viewer.lastEventId]).toEqual(['-:0', '-:0'])
  await flood(liveVideoId, 60, (posted) => posted < 60, authorAt)
  await expect.poll(() => viewer.seqs.length).toBe(60)
  expect(viewer.named('gap')).toEqual([])

  await flood(liveVideoId, 200, () => viewer.named('gap').length < 10, authorAt)
  const { seq } = await mod.comment(liveVideoId, 'after the flood')
  await expect.poll(() => [all.seqs.at(-1), viewer.seqs.at(-1), toldUpTo(viewer)]).toEqual([seq, seq, seq])
  const runs = runsOf(viewer.events)
  expectWithin(20, runs.slice(1), all)
  // It was shown whole while that was well below a hundred a second.
  expect(runs[0]?.shown.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))

  const missedInBurst = async () => {
    const gapsBefore = viewer.named('gap').length
    await flood(liveVideoId, 1_000, (posted) => posted < 40, authorAt)
    const last = await mod.comment(liveVideoId, 'after a burst')
    await expect.poll(() => viewer.seqs.at(-1)).toBe(last.seq)
    return viewer.named('gap').length - gapsBefore
  }
  // More at once than a sample shows, fewer than make it hot again.
  await expect.poll(missedInBurst, { interval: 2_500, timeout: 20_000 }).toBe(0)
}, 40_000)

test.each(['0', '0.4', '-1', '1e3', 'ALL', 'auto', '', '%20', '2,5', '10/s', 'NaN'])(
  'RT-21: a rate that is none is refused: %s',
  async (rate) => {
    const path = `/v1/live-videos/${newLiveVideoId()}/stream?rate=${rate}`
    const { detail } = expectProblem(await send(server, 'GET', path), 'invalid_request')
    expect(detail).toContain('rate must be "all" or a number of comments per second, 0.5 or more')
  },
)

test.each(['rate=1&rate=2', `rate=${'1'.repeat(17)}`])(
  'RT-21: so is one that is too much: %s',
  async (query) => {
    const path = `/v1/live-videos/${newLiveVideoId()}/stream?${query}`
    expectProblem(await send(server, 'GET', path), 'invalid_request')
  },
)
