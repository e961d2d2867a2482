import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { sharedPostgres } from '../../../test/support/backends/postgres.ts'
import type { CreateComment } from '../../domain/command.ts'
import type { CommentStore } from '../store.ts'
import { Connection } from './connection.ts'
import { openPostgresStore } from './postgres-store.ts'
import { startTappedProxy } from './testing/tapped-proxy.ts'

const pg = sharedPostgres()
/** So long that a busy machine does not fail the test, and for what is to be given up, so short that nobody waits. */
const [patientMs, hastyMs] = [30_000, 2_000]

let lastId = 0
const comment = (more: Partial<CreateComment> = {}): CreateComment => ({
  kind: 'create',
  liveVideoId: 'a',
  actor: { author: { id: 'ann', name: 'Ann' }, role: 'viewer' },
  commentId: `c${++lastId}`,
  text: 'hello',
  ...more,
})

const unavailable = { code: 'store_unavailable', retryAfterMs: expect.any(Number) }
const seqsOf = async (store: CommentStore, liveVideoId = 'a') =>
  (await store.readEvents(liveVideoId, 0, 1_000)).events.map(({ seq }) => seq)
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** Resolves when the store has stored a comment, again or at last. */
const stores = (store: CommentStore, liveVideoId = 'a') =>
  expect
    .poll(() =>
      store.append([comment({ liveVideoId })]).then(
        ([outcome]) => outcome?.kind,
        () => null,
      ),
    )
    .toBe('appended')

async function openAt(url: string, answerMsMax = patientMs): Promise<CommentStore & AsyncDisposable> {
  const store = await openPostgresStore(url, { answerMsMax })
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}

const openNew = async (answerMsMax?: number) => openAt(await pg.createDatabase(), answerMsMax)

test('ST-17: a server that restarts is unavailable meanwhile, and used again when it is back', async () => {
  await using store = await openNew()
  await store.append([comment(), comment()])
  await pg.stop()
  await expect(store.append([comment()])).rejects.toMatchObject(unavailable)
  await expect(store.readHeads(['a'])).rejects.toMatchObject(unavailable)
  await expect(store.checkWritable()).rejects.toMatchObject(unavailable)
  await pg.start()
  await stores(store)
  await store.checkWritable()
  expect(await seqsOf(store)).toEqual([1, 2, 3])
})

test('ST-17: after a crash under load, what was acknowledged is there and no batch is there in part', async () => {
  await using store = await openNew()
  const batchSize = 7
  const acknowledged: string[] = []
  let running = true
  const append = async () => {
    while (running) {
      const batch = Array.from({ length: batchSize }, () => comment())
      await store.append(batch).then(
        () => acknowledged.push(...batch.map(({ commentId }) => commentId)),
        () => {},
      )
    }
  }
  const load = Promise.all([append(), append(), append()])
  await expect.poll(() => acknowledged.length).toBeGreaterThan(50)
  await pg.kill()
  await pg.start()
  const before = acknowledged.length
  await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 50)
  running = false
  await load

  const stored: string[] = []
  for (let after = 0, page = 1; page > 0; after += page) {
    const { events } = await store.readEvents('a', after, 1_000)
    expect(events.map(({ seq }) => seq)).toEqual(numbers(events.length).map((seq) => after + seq))
    stored.push(...events.flatMap((event) => (event.type === 'comment.created' ? [event.comment.id] : [])))
    page = events.length
  }
  expect(stored.length % batchSize).toBe(0)
  expect(new Set(acknowledged).difference(new Set(stored))).toEqual(new Set())
})

test('ST-17: a frozen server is given up in bounded time, and used again when it awakes', async () => {
  const url = await pg.createDatabase()
  await using store = await openAt(url, hastyMs)
  await stores(store)
  pg.signal('SIGSTOP')
  try {
    const calls = [store.append([comment()]), store.append([comment()]), store.readHeads(['a'])]
    for (const result of await Promise.allSettled(calls))
      expect(result).toMatchObject({ status: 'rejected', reason: unavailable })
  } finally {
    pg.signal('SIGCONT')
  }
  await stores(store)
  await using patient = await openAt(url)
  expect(await seqsOf(patient)).toEqual(numbers((await seqsOf(patient)).length))
})

test('ST-18: a commit whose answer is lost is whole, and its idempotency key finds it', async () => {
  await using proxy = await startTappedProxy(pg.port)
  const url = new URL(await pg.createDatabase())
  await using direct = await openAt(url.href)
  url.port = String(proxy.port)
  await using store = await openAt(url.href)
  // Prepares the statements: from now on, all that ends a transaction is sent at once.
  await store.append([comment(), comment({ idempotencyKey: 'other' })])

  proxy.judge = (sent) => (sent.includes('the very comment') ? 'deafen' : 'pass')
  const batch = [comment({ text: 'the very comment', idempotencyKey: 'k' }), comment()]
  const appended = store.append(batch)
  const outcome = expect(appended).rejects.toMatchObject(unavailable)
  await expect.poll(() => seqsOf(direct)).toEqual([1, 2, 3, 4])
  proxy.cut()
  await outcome

  const [again] = await store.append([comment({ text: 'the very comment', idempotencyKey: 'k' })])
  expect(again).toMatchObject({ kind: 'repeated', event: { seq: 3, comment: { id: batch[0]?.commentId } } })
  expect(await seqsOf(store)).toEqual([1, 2, 3, 4])
})

test('ST-18: a connection lost before the commit leaves nothing, and the retry stores once', async () => {
  await using proxy = await startTappedProxy(pg.port)
  const url = new URL(await pg.createDatabase())
  url.port = String(proxy.port)
  await using store = await openAt(url.href)
  await store.append([comment()])

  const reached = Promise.withResolvers<void>()
  proxy.judge = (sent) => {
    if (!sent.includes('the very comment')) return 'pass'
    reached.resolve()
    return 'hold'
  }
  const draft = { text: 'the very comment', idempotencyKey: 'k' }
  const outcome = expect(store.append([comment(draft), comment()])).rejects.toMatchObject(unavailable)
  await reached.promise
  proxy.cut()
  await outcome

  expect(await store.append([comment(draft)])).toMatchObject([{ kind: 'appended', events: [{ seq: 2 }] }])
  expect(await seqsOf(store)).toEqual([1, 2])
})

test('ST-19: a node that freezes in the middle of a transaction does not hold up the others', async () => {
  await using proxy = await startTappedProxy(pg.port)
  const url = new URL(await pg.createDatabase())
  await using other = await openAt(url.href)
  url.port = String(proxy.port)
  await using frozen = await openAt(url.href, hastyMs)
  await stores(frozen)

  const reached = Promise.withResolvers<void>()
  proxy.judge = (sent) => {
    if (!sent.includes('never arrives')) return 'pass'
    reached.resolve()
    return 'hold'
  }
  const outcome = expect(frozen.append([comment({ text: 'never arrives' })])).rejects.toMatchObject(
    unavailable,
  )
  await reached.promise
  // It owns the log now. The server ends its transaction long before the other one gives up.
  expect(await other.append([comment()])).toMatchObject([{ kind: 'appended' }])
  await outcome
  expect(JSON.stringify(await other.readEvents('a', 0, 1_000))).not.toContain('never arrives')
})

test('ST-19: a live video that is held up does not hold up the others, and not for good', async () => {
  const url = await pg.createDatabase()
  await using store = await openAt(url, hastyMs)
  await stores(store)
  const holder = new Connection(url)
  await holder.run(async (ask) => {
    await ask`BEGIN`
    await ask`SELECT FROM live_videos WHERE live_video_id = 'a' FOR UPDATE`
  }, null)
  const heldUp = expect(store.append([comment()])).rejects.toMatchObject(unavailable)
  await stores(store, 'b')
  await heldUp
  holder.end()
  await stores(store)
})

test('ST-19: appends do not wait behind reads', async () => {
  await using store = await openNew()
  await store.append(Array.from({ length: 200 }, () => comment({ text: 'x'.repeat(200) })))
  let readsLeft = 600
  const reads = Array.from({ length: readsLeft }, () => store.readEvents('a', 0, 200).then(() => readsLeft--))
  await store.append([comment()])
  expect(readsLeft).toBeGreaterThan(0)
  await Promise.all(reads)
})

test('ST-19: more calls than may wait are refused at once', async () => {
  await using store = await openNew()
  const reads = Array.from({ length: 1_100 }, () => store.readHeads(['a']))
  const refused = (await Promise.allSettled(reads)).filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]).toMatchObject({ reason: { code: 'overloaded' } })
})

test('ST-20: what went wrong can be logged: it holds no comment’s text', async () => {
  await using store = await openNew()
  const twice = comment({ text: 'a secret' })
  const error = await store.append([twice, twice]).catch((reason: unknown) => reason)
  expect(error).toMatchObject(unavailable)
  const everything = inspect(error, { showHidden: true, depth: 20 })
  expect(everything).toContain('comments_by_id')
  expect(everything).not.toContain('secret')
})
