import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { authorOf, postMany } from '../support/author.ts'
import { type Addressed, startChorusWith } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { type Reply, send } from '../support/http-client.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { Viewer } from '../support/viewer.ts'

const asClient = (address: string) => ({ 'x-forwarded-for': address })

/** One client that asks for pages on many connections, again as soon as it is answered, until it is disposed of. */
class Flood implements Disposable {
  readonly statuses = new Map<number, number>()
  refusal: Reply | null = null
  #over = false

  constructor(server: Addressed, path: string, connections: number) {
    const headers = asClient('203.0.113.66')
    const ask = async () => {
      while (!this.#over) {
        const reply = await send(server, 'GET', path, { headers }).catch(() => null)
        if (!reply) continue
        this.statuses.set(reply.status, this.count(reply.status) + 1)
        if (reply.status !== 200) this.refusal ??= reply
        await setTimeout(5)
      }
    }
    for (let count = 0; count < connections; count++) void ask()
  }

  count(status: number): number {
    return this.statuses.get(status) ?? 0
  }

  [Symbol.dispose](): void {
    this.#over = true
  }
}

test('FS-2, FS-3: while one client floods the store with reads, others get pages, streams, posts and a ready server', async () => {
  await using server = await startChorusWith({ CHORUS_TRUST_PROXY: 'loopback', CHORUS_READ_LIMIT: '5' })
  const ann = authorOf(server, { sub: 'ann' })
  await postMany(ann, 'hot', 50)
  const pages = '/v1/live-videos/hot/comments?limit=50'
  using flood = new Flood(server, pages, 30)
  await expect.poll(() => flood.count(429)).toBeGreaterThan(0)

  using all = new DisposableStack()
  for (let round = 0; round < 3; round++) {
    const headers = asClient(`198.51.100.${round}`)
    const viewer = all.use(new Viewer(server, `new-${round}`, { headers }))
    const page = await send(server, 'GET', pages, { headers })
    const state = await send(server, 'GET', '/v1/live-videos/hot', { headers })
    const ready = await send(server, 'GET', '/readyz', { headers })
    expect([page.status, state.status, ready.status]).toEqual([200, 200, 200])
    const comment = await ann.comment(`new-${round}`, 'hello')
    await expect.poll(() => viewer.comments).toEqual([comment])
    expect(viewer.asides.filter((aside) => aside.startsWith('closed'))).toEqual([])
  }
  expect(flood.count(200)).toBeGreaterThan(0)
  expect([...flood.statuses.keys()].sort()).toEqual([200, 429])
  if (flood.refusal) expectProblem(flood.refusal, 'too_many_requests')
  expect(flood.refusal?.headers['retry-after']).toBe('1')
  // What a client does is no error of the server's.
  expect(server.printed).not.toMatch(/"level":[45]0/)
})

/** Connections that ask for a page again as soon as they are answered, whatever the answer is. */
class TirelessReaders implements Disposable {
  answers = 0
  readonly #sockets: Socket[]

  constructor({ url }: Addressed, path: string, connections: number) {
    const { hostname, port } = new URL(url)
    const request = rawRequest(`GET ${path}`)
    this.#sockets = Array.from({ length: connections }, () => {
      const socket = connect({ host: hostname, port: Number(port), localAddress: '127.0.0.66' })
      socket
        .on('error', () => {})
        .on('data', (bytes) => {
          const answered = bytes.toString('latin1').split('HTTP/1.1 ').length - 1
          this.answers += answered
          socket.write(request.repeat(answered))
        })
      socket.write(request)
      return socket
    })
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

test('FS-8, FS-10: while a thousand connections read without a pause, newcomers are let in and served in their turn', async () => {
  await using server = await startChorusWith({})
  const ann = authorOf(server, { sub: 'ann' })
  await postMany(ann, 'hot', 200, () => 'a comment of some length, as people write them '.repeat(4))
  using readers = new TirelessReaders(server, '/v1/live-videos/hot/comments?limit=200', 1_000)
  await expect.poll(() => readers.answers).toBeGreaterThan(1_000)
  using all = new DisposableStack()
  for (let round = 0; round < 5; round++) {
    const before = readers.answers
    const ready = await send(server, 'GET', '/readyz', { headers: { connection: 'close' } })
    expect(ready.status).toBe(200)
    const viewer = all.use(new Viewer(server, `new-${round}`))
    const comment = await ann.comment(`new-${round}`, 'hello')
    await expect.poll(() => viewer.comments, { interval: 5 }).toEqual([comment])
    // Three newcomers, each of whom waits for some turns of the loop. Behind all readers in each turn, they would wait for many times that.
    expect(readers.answers - before).toBeLessThan(10_000)
  }
  expect(server.printed).not.toMatch(/"level":[45]0/)
})

test('FS-4: thousands who come back at once from one address are all served, from the ring and from the store', async () => {
  await using server = await startChorusWith({})
  const last = 1_100
  await postMany(authorOf(server, { sub: 'ann' }), 'stadium', last, (index) => `comment ${index}`, 100)
  const epoch = await epochOf(server, 'stadium')
  using all = new DisposableStack()
  const streams = Array.from({ length: 2_000 }, (_, index) => {
    // One in twenty from so far back that the ring does not hold it.
    const place = index % 20 === 0 ? (index / 20) % 50 : last - 50
    const lines = [`Last-Event-ID: ${epoch}:${place}`]
    const request = rawRequest('GET /v1/live-videos/stadium/stream?rate=all', lines)
    return { place, connection: all.use(new RawConnection(server, request)) }
  })
  const unserved = () =>
    streams.filter(({ connection }) => !connection.received.includes(`id: ${epoch}:${last}:`)).length
  await expect.poll(unserved, { timeout: 60_000 }).toBe(0)
  for (const { place, connection } of streams) {
    const seqs = [...connection.received.matchAll(/^id: \w+:(\d+):\w+\nevent: comment.created/gm)]
    expect(seqs.map(([, seq]) => Number(seq))).toEqual(range(place + 1, last))
    expect(connection.received).not.toContain('closed:')
  }
})

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

async function epochOf(server: Addressed, liveVideoId: string): Promise<string | undefined> {
  const { position } = (await send(server, 'GET', `/v1/live-videos/${liveVideoId}`)).json<{
    position: string
  }>()
  return position.split(':')[0]
}

/** Connections that always have a hundred refused commands on their way. */
class RefusedCommands implements Disposable {
  refused = 0
  readonly #sockets: Socket[]

  constructor({ url }: Addressed, token: string, connections: number) {
    const { hostname, port } = new URL(url)
    const body = '{"closed":true}'
    const lines = [
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ]
    const command = rawRequest('PATCH /v1/live-videos/a', lines) + body
    this.#sockets = Array.from({ length: connections }, () => {
      const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {})
      socket.on('data', (bytes) => {
        const answers = bytes.toString('latin1').split('HTTP/1.1 403').length - 1
        this.refused += answers
        socket.write(command.repeat(answers))
      })
      socket.write(command.repeat(100))
      return socket
    })
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

test('FS-5, FS-6: refused commands of one author cost others little: none reaches the store, and others have their turns', async () => {
  await using server = await startChorusWith({ CHORUS_POST_LIMIT: '10/10s' })
  const authors = Array.from({ length: 5 }, (_, index) => authorOf(server, { sub: `author-${index}` }))
  {
    using flood = new RefusedCommands(server, authorOf(server, { sub: 'eve' }).token, 20)
    await expect.poll(() => flood.refused).toBeGreaterThan(0)
    for (const author of authors) {
      const before = flood.refused
      await author.comment('a', 'hello')
      // Some turns of the event loop, each with one request of each connection.
      expect(flood.refused - before).toBeLessThan(1_000)
    }
  }
  expect(await readMetric(server, 'chorus_commit_commands_sum')).toBe(authors.length)
})
