import { expect, onTestFinished, test } from 'vitest'
import { LiveComments } from './live-comments.ts'
import { type Answerer, createFakeWorld, type FakeSource, json, settled } from './testing/fake-world.ts'

const video = { viewers: 1, closed: false, slowModeMs: null, pinnedComment: null, position: 'e1234:0' }
const streamAt = (node: string) => `http://${node}.test/v1/live-videos/lobby/stream`

/** What a server says of where live videos are served: `streamUrl`, as it is at the time. */
interface Says {
  streamUrl?: string | null
}

function begin(says: Says = { streamUrl: streamAt('ann') }, answer: Answerer = () => json(200, says)) {
  const world = createFakeWorld((request) =>
    request.path.startsWith('/v1/dispatch/') ? answer(request) : json(200, video),
  )
  const open = (liveVideoId = 'lobby') => {
    const live = new LiveComments({
      liveVideoId,
      tokens: { current: async () => null, renew: async () => null },
      environment: world.environment,
    })
    onTestFinished(() => live.close())
    return live
  }
  const source = (): FakeSource => world.sources.at(-1) as FakeSource
  const asked = () => world.requests.filter(({ path }) => path.startsWith('/v1/dispatch/')).length
  return { ...world, says, open, source, asked, live: open() }
}

function live(source: FakeSource, lastEventId: string): void {
  source.open()
  source.send('viewers', { viewers: 1 }, lastEventId)
}

test('GW-11: a client that is told where a live video is served opens its stream there', async () => {
  const { live: comments, source } = begin()
  await settled()
  expect(source().url.href).toBe(`${streamAt('ann')}?history=50`)
  live(source(), 'e1234:1')
  expect(comments.state.connection.status).toBe('live')
})

test('GW-11: when that stream is lost it asks again, and goes on from its last event wherever that is', async () => {
  const { clock, says, source, sources } = begin()
  await settled()
  live(source(), 'e1234:7')
  says.streamUrl = streamAt('ben')
  source().break()
  expect(source().readyState).toBe(2)
  await clock.advance(1_000)
  expect(sources).toHaveLength(2)
  expect(source().url.origin).toBe('http://ben.test')
  expect(source().url.searchParams.get('lastEventId')).toBe('e1234:7')
})

test('GW-11: it asks for a while until the server knows, then has the server carry the stream', async () => {
  const { clock, source, sources, asked } = begin()
  await settled()
  live(source(), 'e1234:7')
  source().break()
  for (let turn = 0; turn < 6; turn++) {
    await clock.advance(1_000)
    expect(source().url.origin).toBe('http://ann.test')
    source().break()
  }
  await clock.advance(1_000)
  expect(source().url.pathname).toBe('/v1/live-videos/lobby/stream')
  expect(source().url.origin).toBe('http://chorus.test')
  // There the browser comes back by itself for as long as it is told to come back later.
  const opened = sources.length
  source().open()
  source().break()
  await clock.advance(5_000)
  expect([sources.length, asked()]).toEqual([opened, 7])
  live(source(), 'e1234:8')
  source().break()
  // Longer than after the first loss: this stream did not last either.
  await clock.advance(2_000)
  expect(source().url.origin).toBe('http://ann.test')
})

test('GW-11: a node that cannot be reached from here is not tried twice', async () => {
  const { clock, source } = begin()
  await settled()
  source().refuse()
  await clock.advance(1_000)
  expect(source().url.origin).toBe('http://chorus.test')
})

test.for([
  ['does not send clients elsewhere', { streamUrl: null }],
  ['is older', {}],
] as const)(
  'GW-11: a server that %s is asked once, and its streams are left to the browser',
  async ([, says]) => {
    const { clock, open, source, sources, asked } = begin(says)
    await settled()
    open('other')
    open('third')
    await settled()
    expect([sources.length, asked()]).toEqual([3, 1])
    live(source(), 'e1234:1')
    source().break()
    await clock.advance(5_000)
    expect([sources.length, asked()]).toEqual([3, 1])
  },
)

test('GW-11: a server that has no directions at all is not asked again', async () => {
  const { open, source, asked } = begin({}, () => json(404, { code: 'not_found', retryable: false }))
  await settled()
  open()
  await settled()
  expect(source().url.origin).toBe('http://chorus.test')
  expect(asked()).toBe(1)
})

test.for([
  ['fails', () => json(503, { code: 'node_unreachable', retryable: true })],
  ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
] as const)(
  'GW-11: where asking %s the stream begins at the server, and the next one asks again',
  async ([, answer]) => {
    const { open, source, asked } = begin({}, answer)
    await settled()
    expect(source().url.origin).toBe('http://chorus.test')
    open()
    await settled()
    expect(asked()).toBe(2)
  },
)
