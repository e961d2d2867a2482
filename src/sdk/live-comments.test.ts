import { describe, expect, it } from 'vitest'
import type { Comment } from '../domain/comment.ts'
import { entriesOf } from './comment-list.ts'
import { LiveComments, type LiveCommentsOptions } from './live-comments.ts'
import { samplePauseMs } from './sample.ts'
import { type Answerer, createFakeWorld, type FakeSource, json, settled } from './testing/fake-world.ts'
import type { TokenSource } from './token.ts'

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = (sub: string) =>
  `${base64({ alg: 'HS256' })}.${base64({ sub, name: 'Ann Ström', exp: 9e9 })}.sig`

const comment = (seq: number, text = `text ${seq}`, authorId = 'bob'): Comment => ({
  id: `id-${seq}`,
  seq,
  liveVideoId: 'lobby',
  author: { id: authorId, name: authorId },
  text,
  createdAt: seq,
})

const video = {
  liveVideoId: 'lobby',
  viewers: 7,
  closed: false,
  slowModeMs: null,
  pinnedComment: null,
  position: 'e1234:0',
}
const problem = (status: number, code: string, extra: Record<string, unknown> = {}) =>
  json(status, { type: 'about:blank', title: code, status, code, retryable: status >= 429, ...extra })

const signedIn = (): TokenSource => ({ current: async () => tokenOf('ann'), renew: async () => null })

function begin(answer: Answerer = () => json(200, video), options: Partial<LiveCommentsOptions> = {}) {
  const world = createFakeWorld(answer)
  const live = new LiveComments({
    liveVideoId: 'lobby',
    tokens: signedIn(),
    environment: world.environment,
    ...options,
  })
  const source = (index = world.sources.length - 1): FakeSource => {
    const found = world.sources[index]
    if (!found) throw new Error(`stream ${index} was not opened`)
    return found
  }
  const shown = () =>
    entriesOf(live.state.list).map((entry) => {
      if (entry.kind === 'comment') return entry.comment.text
      return entry.kind === 'gap' ? `gap ${entry.missed}` : `${entry.status.kind} ${entry.text}`
    })
  return { ...world, live, source, shown }
}

describe('the stream', () => {
  it('is live with its first event, and loads the state that predates it', async () => {
    const { live, source, shown } = begin()
    await settled()
    expect(source().url.search).toBe('?history=50')
    source().open()
    expect(live.state.connection.status).toBe('connecting')
    source().send('comment.created', comment(1), 'e1234:1')
    expect(live.state.connection).toEqual({ status: 'live', resumed: null })
    expect(shown()).toEqual(['text 1'])
  })

  it('is live without an event after a moment', async () => {
    const { live, clock, source } = begin()
    await settled()
    source().open()
    await clock.advance(500)
    expect(live.state.connection.status).toBe('live')
    expect(live.state.facts).toMatchObject({ viewers: 7, settings: { closed: false } })
  })

  it('is not taken for live when it only said "come back later"', async () => {
    const { live, clock, source } = begin()
    await settled()
    source().open()
    source().break()
    await clock.advance(500)
    expect(live.state.connection.status).toBe('connecting')
  })

  it('says since when it is lost, and that nothing was missed', async () => {
    const { live, clock, source } = begin()
    await settled()
    source().open()
    source().send('comment.created', comment(1), 'e1234:1')
    source().break()
    expect(live.state.connection).toEqual({ status: 'reconnecting', since: clock.elapsed() })
    source().open()
    source().send('comment.created', comment(2), 'e1234:2')
    expect(live.state.connection).toEqual({
      status: 'live',
      resumed: { at: clock.elapsed(), missed: 0, reset: false },
    })
    source().send('gap', { missed: 3, reason: 'too_far_behind' })
    expect(live.state.connection).toMatchObject({ resumed: { missed: 3 } })
  })

  it('is opened again from the last position when the browser gave up', async () => {
    const { clock, source, sources } = begin()
    await settled()
    source().open()
    source().send('comment.created', comment(1), 'e1234:1')
    source().refuse()
    await clock.advance(1_000)
    expect(sources).toHaveLength(2)
    expect(source().url.searchParams.get('lastEventId')).toBe('e1234:1')
  })

  it('is opened at once when the network is back', async () => {
    const { live, source, sources } = begin()
    await settled()
    source().refuse()
    live.wake()
    await settled()
    expect(sources).toHaveLength(2)
  })

  it('ends when the live video answers that it never will', async () => {
    const { live, clock, source, sources } = begin(() => problem(400, 'invalid_live_video_id'))
    await settled()
    source().refuse()
    await clock.advance(60_000)
    expect(live.state.connection).toEqual({ status: 'ended', reason: 'invalid_live_video_id' })
    expect(sources).toHaveLength(1)
  })

  it('goes on trying while the server is away, ever more slowly', async () => {
    const { clock, live, source, requests, sources } = begin(() => problem(503, 'store_unavailable'))
    await settled()
    source().open()
    source().send('viewers', { viewers: 1 })
    for (let turn = 0; turn < 8; turn++) {
      source().refuse()
      await clock.advance(30_000)
    }
    expect(sources).toHaveLength(9)
    expect(requests.length).toBeGreaterThan(7)
    expect(live.state.connection.status).toBe('reconnecting')
  })

  it('gives up a position that is refused again and again', async () => {
    const { clock, source, shown } = begin()
    await settled()
    source().open()
    source().send('comment.created', comment(9), 'e1234:9')
    for (let turn = 0; turn < 3; turn++) {
      source().refuse()
      await clock.advance(30_000)
    }
    expect(source().url.searchParams.has('lastEventId')).toBe(false)
    source().open()
    source().send('comment.created', comment(1), 'f5678:1')
    expect(shown()).toEqual(['text 1'])
  })

  it('begins anew after a reset', async () => {
    const { clock, live, source, sources, shown } = begin()
    await settled()
    source().open()
    source().send('comment.created', comment(5), 'e1234:5')
    source().send('reset', { position: 'f5678:0' })
    expect(source(0).readyState).toBe(2)
    await clock.advance(1_000)
    expect(sources).toHaveLength(2)
    expect(source().url.searchParams.has('lastEventId')).toBe(false)
    source().open()
    source().send('comment.created', comment(1), 'f5678:1')
    expect(shown()).toEqual(['text 1'])
    expect(live.state.connection).toMatchObject({ status: 'live', resumed: { reset: true } })
  })

  it('comes back with a new token when the old one has expired, or ends', async () => {
    let next: string | null = tokenOf('ann')
    const tokens = { current: async () => next, renew: async () => next }
    const answer: Answerer = ({ path }) =>
      path.endsWith('/stream-tickets')
        ? json(201, { ticket: 'good-for-a-minute', expiresAt: 9e12 })
        : json(200, video)
    const { live, source, sources, clock } = begin(answer, { tokens, stream: { ticketed: true } })
    await settled()
    expect(source().url.searchParams.get('ticket')).toBe('good-for-a-minute')
    source().send('auth.expired', {})
    await clock.advance(0)
    expect(sources).toHaveLength(2)
    next = null
    source().send('auth.expired', {})
    await clock.advance(1_000)
    expect(live.state.connection).toEqual({ status: 'ended', reason: 'token_expired' })
  })
})

describe('the facts', () => {
  it('follow removals, pins and settings', async () => {
    const { live, source, shown } = begin()
    await settled()
    source().open()
    source().send('comment.created', comment(1), 'e1234:1')
    source().send('comment.created', comment(2), 'e1234:2')
    source().send('comment.pinned', { seq: 3, at: 3, commentId: 'id-2' }, 'e1234:3')
    source().send('settings.changed', { seq: 4, at: 4, closed: false, slowModeMs: 5_000 }, 'e1234:4')
    expect(live.state.facts.pinned).toEqual({ kind: 'known', comment: comment(2) })
    expect(live.state.facts.settings).toEqual({ closed: false, slowModeMs: 5_000 })
    source().send('comment.removed', { seq: 5, at: 5, commentId: 'id-2' }, 'e1234:5')
    expect(live.state.facts.pinned).toEqual({ kind: 'none' })
    expect(shown()).toEqual(['text 1'])
  })

  it('load a pinned comment that is not shown', async () => {
    const pinned = { ...video, pinnedComment: comment(1), position: 'e1234:9' }
    const { live, clock, source } = begin(() => json(200, pinned))
    await settled()
    source().open()
    source().send('comment.pinned', { seq: 9, at: 9, commentId: 'id-1' }, 'e1234:9')
    expect(live.state.facts.pinned).toEqual({ kind: 'unknown', commentId: 'id-1' })
    await clock.advance(1_000)
    expect(live.state.facts.pinned).toEqual({ kind: 'known', comment: comment(1) })
  })

  it('are not set back by a snapshot that is older than the stream', async () => {
    const { live, clock, source } = begin(() => json(200, { ...video, position: 'e1234:3' }))
    await settled()
    source().open()
    source().send('settings.changed', { seq: 4, at: 4, closed: true, slowModeMs: null }, 'e1234:4')
    await clock.advance(1_000)
    expect(live.state.facts.settings?.closed).toBe(true)
  })
})

describe('posting', () => {
  it('shows the comment at once, sends it with the token and a key, and confirms it', async () => {
    const { live, source, shown, requests } = begin(({ method }) =>
      method === 'POST' ? json(201, comment(1, 'hello', 'ann')) : json(200, video),
    )
    await settled()
    source().open()
    const posted = live.post('  hello ')
    await Promise.resolve()
    await posted
    expect(shown()).toEqual(['pending hello'])
    await settled()
    expect(shown()).toEqual(['hello'])
    const post = requests.find(({ method }) => method === 'POST')
    expect(post).toMatchObject({ path: '/v1/live-videos/lobby/comments', body: { text: 'hello' } })
    expect(post?.headers).toMatchObject({
      Authorization: `Bearer ${tokenOf('ann')}`,
      'Idempotency-Key': 'key-1',
    })
  })

  it('tries again under the same key after network failures and passing problems', async () => {
    let turn = 0
    const { live, clock, shown, requests } = begin(({ method }) => {
      if (method !== 'POST') return json(200, video)
      turn++
      if (turn === 1) throw new TypeError('fetch failed')
      if (turn === 2) return problem(503, 'overloaded')
      return json(201, comment(1, 'hello', 'ann'))
    })
    await live.post('hello')
    await clock.advance(5_000)
    expect(shown()).toEqual(['hello'])
    const keys = requests
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => headers['Idempotency-Key'])
    expect(keys).toEqual(['key-1', 'key-1', 'key-1'])
  })

  it('waits as long as it is told to', async () => {
    let turn = 0
    const { live, clock, shown } = begin(({ method }) => {
      if (method !== 'POST') return json(200, video)
      return ++turn === 1
        ? problem(429, 'rate_limited', { retryAfterMs: 8_000 })
        : json(201, comment(1, 'hi', 'ann'))
    })
    await live.post('hi')
    await settled()
    const status = live.state.list.drafts[0]?.status
    expect(status).toMatchObject({ kind: 'pending', wait: { code: 'rate_limited' } })
    await clock.advance(7_900)
    expect(turn).toBe(1)
    await clock.advance(500)
    expect(shown()).toEqual(['hi'])
  })

  it('CK-2: a wait is as long as it was when the device’s clock is set', async () => {
    const { live, clock, requests } = begin(({ method }) =>
      method === 'POST'
        ? json(429, { title: 'Slow mode', code: 'slow_mode', retryable: true }, { 'Retry-After': '8' })
        : json(200, video),
    )
    await live.post('hi')
    await settled()
    const [draft] = live.state.list.drafts
    const until = draft?.status.kind === 'pending' ? (draft.status.wait?.until ?? 0) : 0
    for (const byMs of [3_600_000, -7_200_000]) {
      clock.set(byMs)
      expect(until - clock.elapsed()).toBeLessThan(8_500)
      expect(until - clock.elapsed()).toBeGreaterThanOrEqual(8_000)
    }
    await clock.advance(8_500)
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(2)
  })

  it('leaves a long wait to the author', async () => {
    const { live, clock, shown } = begin(({ method }) =>
      method === 'POST'
        ? json(429, { title: 'Slow mode', code: 'slow_mode', retryable: true }, { 'Retry-After': '60' })
        : json(200, video),
    )
    await live.post('hi')
    await settled()
    expect(shown()).toEqual(['failed hi'])
    expect(live.state.list.drafts[0]?.status).toMatchObject({ retryAt: clock.elapsed() + 60_000 })
  })

  it('fails with the reason when the server refuses, and can be sent again or forgotten', async () => {
    let closed = true
    const { live, shown } = begin(({ method }) => {
      if (method !== 'POST') return json(200, video)
      return closed
        ? problem(403, 'comments_closed', { retryable: false })
        : json(201, comment(1, 'hi', 'ann'))
    })
    const posted = await live.post('hi')
    const other = await live.post('ho')
    await settled()
    expect(shown()).toEqual(['failed hi', 'failed ho'])
    closed = false
    if (posted.ok) live.retry(posted.value.key)
    if (other.ok) live.discard(other.value.key)
    await settled()
    expect(shown()).toEqual(['hi'])
  })

  it('sends an author’s comments one after another', async () => {
    const open: ((response: Response) => void)[] = []
    const { live, requests } = begin(({ method }) =>
      method === 'POST' ? new Promise<Response>((resolve) => open.push(resolve)) : json(200, video),
    )
    await live.post('one')
    await live.post('two')
    await settled()
    const posts = () => requests.filter(({ method }) => method === 'POST').map(({ body }) => body)
    expect(posts()).toEqual([{ text: 'one' }])
    open[0]?.(json(201, comment(1, 'one', 'ann')))
    await settled()
    expect(posts()).toEqual([{ text: 'one' }, { text: 'two' }])
  })

  it('asks for a new token once when the old one is refused', async () => {
    const seen: (string | undefined)[] = []
    const tokens = { current: async () => tokenOf('old'), renew: async () => tokenOf('new') }
    const { live, shown } = begin(
      ({ method, headers }) => {
        if (method !== 'POST') return json(200, video)
        seen.push(headers.Authorization)
        return seen.length === 1 ? problem(401, 'token_expired') : json(201, comment(1, 'hi', 'new'))
      },
      { tokens },
    )
    await live.post('hi')
    await settled()
    expect(seen).toEqual([`Bearer ${tokenOf('old')}`, `Bearer ${tokenOf('new')}`])
    expect(shown()).toEqual(['hi'])
  })

  it('refuses what the server would refuse, without asking it', async () => {
    const { live, requests } = begin()
    expect(await live.post('   ')).toMatchObject({ ok: false, failure: { code: 'invalid_text' } })
    expect(await live.post('x'.repeat(5_001))).toMatchObject({ ok: false })
    expect(requests.filter(({ method }) => method === 'POST')).toEqual([])
    const stranger = begin(undefined, { tokens: { current: async () => null, renew: async () => null } })
    expect(await stranger.live.post('hi')).toMatchObject({ ok: false, failure: { code: 'unauthenticated' } })
  })
})

describe('a sample', () => {
  const pages: Answerer = ({ path }) =>
    path.includes('/comments?')
      ? json(200, { comments: [comment(3), comment(2), comment(1)], before: null, after: 'e1234:3' })
      : json(200, video)

  it('is asked for by its rate, and again when the stream is opened anew', async () => {
    const { clock, source } = begin(undefined, { stream: { rate: 0.5 } })
    await settled()
    expect(source().url.search).toBe('?history=50&rate=0.5')
    source().refuse()
    await clock.advance(1_000)
    expect(source().url.searchParams.get('rate')).toBe('0.5')
    const all = begin(undefined, { stream: { rate: 'all' } })
    await settled()
    expect(all.source().url.searchParams.get('rate')).toBe('all')
  })

  it('is counted in one place, and leaves no gaps to be filled', async () => {
    const { live, clock, source, shown } = begin()
    await settled()
    source().open()
    source().send('comment.created', comment(1), 'e1234:1')
    source().break()
    source().open()
    for (const seq of [9, 19, 29]) {
      source().send('gap', { missed: 7, reason: 'rate' })
      source().send('comment.created', comment(seq), `e1234:${seq}`)
      await clock.advance(1_000)
    }
    expect(shown()).toEqual(['text 1', 'text 9', 'text 19', 'text 29'])
    expect(live.state.list.sample).toEqual({ missed: 21, at: clock.elapsed() - 1_000 })
    // What was left out on purpose is nothing that was lost on the way.
    expect(live.state.connection).toMatchObject({ resumed: { missed: 0 } })
  })

  it('is counted from the start when another one begins, and forgotten with a log that is begun anew', async () => {
    const { live, clock, source } = begin()
    await settled()
    source().open()
    source().send('gap', { missed: 500, reason: 'rate' })
    await clock.advance(samplePauseMs)
    source().send('gap', { missed: 3, reason: 'rate' })
    expect(live.state.list.sample).toEqual({ missed: 3, at: clock.elapsed() })
    source().send('reset', { position: 'f5678:0' })
    await clock.advance(1_000)
    source().open()
    source().send('comment.created', comment(1), 'f5678:1')
    expect(live.state.list.sample).toBe(null)
  })

  it('stands beside a gap that can be filled', async () => {
    const { live, source, shown } = begin(pages)
    await settled()
    source().open()
    source().send('comment.created', comment(1), 'e1234:1')
    source().send('gap', { missed: 2, reason: 'slow_viewer' })
    source().send('gap', { missed: 4, reason: 'rate' })
    source().send('comment.created', comment(8), 'e1234:8')
    expect(shown()).toEqual(['text 1', 'gap 2', 'text 8'])
    expect(await live.fillGap('gap-1')).toBe(null)
    expect(shown()).toEqual(['text 1', 'text 2', 'text 3', 'text 8'])
    expect(live.state.list.sample?.missed).toBe(4)
  })

  it('holds each comment once when history brings what it showed and what it did not', async () => {
    const { live, source, shown } = begin(pages)
    await settled()
    source().open()
    source().send('gap', { missed: 1, reason: 'rate' })
    source().send('comment.created', comment(2), 'e1234:2')
    source().send('gap', { missed: 6, reason: 'rate' })
    source().send('comment.created', comment(9), 'e1234:9')
    await live.loadOlder()
    expect(shown()).toEqual(['text 1', 'text 2', 'text 3', 'text 9'])
    source().send('comment.created', comment(3), 'e1234:3')
    expect(shown()).toEqual(['text 1', 'text 2', 'text 3', 'text 9'])
  })

  it('shows an own comment that it leaves out, and once when it does not', async () => {
    const { live, source, shown } = begin(({ method }) =>
      method === 'POST' ? json(201, comment(5, 'mine', 'ann')) : json(200, video),
    )
    await settled()
    source().open()
    await live.post('mine')
    source().send('gap', { missed: 6, reason: 'rate' })
    source().send('comment.created', comment(7), 'e1234:7')
    await settled()
    expect(shown()).toEqual(['mine', 'text 7'])
    source().send('comment.created', comment(5, 'mine', 'ann'), 'e1234:5')
    expect(shown()).toEqual(['mine', 'text 7'])
  })

  it('shows a pinned comment that it left out', async () => {
    const pinned = { ...video, pinnedComment: comment(4), position: 'e1234:8' }
    const { live, clock, source, shown } = begin(() => json(200, pinned))
    await settled()
    source().open()
    source().send('gap', { missed: 6, reason: 'rate' })
    source().send('comment.created', comment(7), 'e1234:7')
    source().send('comment.pinned', { seq: 8, at: 8, commentId: 'id-4' }, 'e1234:8')
    await clock.advance(1_000)
    expect(live.state.facts.pinned).toEqual({ kind: 'known', comment: comment(4) })
    expect(shown()).toEqual(['text 7'])
  })
})

describe('history', () => {
  it('loads older comments from the oldest that is shown', async () => {
    const { live, source, shown, requests } = begin(({ path }) =>
      path.includes('/comments?')
        ? json(200, { comments: [comment(2), comment(1)], before: null, after: 'e1234:2' })
        : json(200, video),
    )
    await settled()
    source().open()
    source().send('comment.created', comment(3), 'e1234:3')
    await live.loadOlder()
    await live.loadOlder()
    expect(shown()).toEqual(['text 1', 'text 2', 'text 3'])
    const asked = requests.filter(({ path }) => path.includes('/comments?'))
    expect(asked.map(({ path }) => path)).toEqual([
      '/v1/live-videos/lobby/comments?limit=50&before=e1234%3A3',
    ])
  })

  it('fills a gap', async () => {
    const { live, source, shown } = begin(({ path }) =>
      path.includes('/comments?')
        ? json(200, { comments: [comment(3), comment(2), comment(1)], before: null, after: 'e1234:3' })
        : json(200, video),
    )
    await settled()
    source().open()
    source().send('comment.created', comment(1), 'e1234:1')
    source().send('gap', { missed: 2, reason: 'slow_viewer' })
    source().send('comment.created', comment(4), 'e1234:4')
    expect(shown()).toEqual(['text 1', 'gap 2', 'text 4'])
    expect(await live.fillGap('gap-1')).toBe(null)
    expect(shown()).toEqual(['text 1', 'text 2', 'text 3', 'text 4'])
  })

  it('removes a comment at once when the server has', async () => {
    const { live, source, shown } = begin(({ method }) =>
      method === 'DELETE' ? json(204, null) : json(200, video),
    )
    await settled()
    source().send('comment.created', comment(1), 'e1234:1')
    expect(await live.remove('id-1')).toBe(null)
    expect(shown()).toEqual([])
  })
})
