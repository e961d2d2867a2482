import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ChangeSettings, Command, CreateComment, Outcome, RemoveComment } from '../domain/command.ts'
import type { Role } from '../domain/comment.ts'
import type { Asker } from '../domain/concurrency-limit.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import { type CommentList, type CommentStore, commentPageBytesMax } from './store.ts'

let lastId = 0
const nextId = () => `c${String(++lastId).padStart(6, '0')}`

const actor = (id: string, role: Role = 'viewer') => ({ author: { id, name: id }, role })

const create = (liveVideoId: string, more: Partial<CreateComment> = {}): CreateComment => ({
  kind: 'create',
  liveVideoId,
  actor: actor('ann'),
  commentId: nextId(),
  text: 'hello',
  ...more,
})

const remove = (
  liveVideoId: string,
  commentId: string,
  more: Partial<RemoveComment> = {},
): RemoveComment => ({
  kind: 'remove',
  liveVideoId,
  actor: actor('mod', 'moderator'),
  commentId,
  ...more,
})

const change = (liveVideoId: string, more: Partial<ChangeSettings>): ChangeSettings => ({
  kind: 'change',
  liveVideoId,
  actor: actor('mod', 'moderator'),
  ...more,
})

function eventsOf(outcome: Outcome | undefined): LiveVideoEvent[] {
  if (outcome?.kind !== 'appended') throw new Error(`expected events, got ${JSON.stringify(outcome)}`)
  return outcome.events
}

/** What every CommentStore guarantees, whatever it stores in. `open` gives an empty one each time. */
export function describeStore(name: string, open: () => Promise<CommentStore>): void {
  describe(`CommentStore: ${name}`, () => {
    let store: CommentStore

    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    const append = async (...commands: Command[]) => store.append(commands)
    const seqsOf = async (liveVideoId: string) =>
      (await store.readEvents(liveVideoId, 0, 1_000)).events.map(({ seq }) => seq)

    test('ST-1: sequence numbers begin at 1 and have no holes, in each live video by itself', async () => {
      const outcomes = await append(create('a'), create('b'), create('a'), create('a'))
      expect(outcomes.map((outcome) => eventsOf(outcome)[0]?.seq)).toEqual([1, 1, 2, 3])
      expect(await seqsOf('a')).toEqual([1, 2, 3])
      expect(await seqsOf('b')).toEqual([1])
    })

    test('ST-1: concurrent appends share one numbering', async () => {
      await Promise.all(Array.from({ length: 40 }, () => append(create('a'), create('a'))))
      expect(await seqsOf('a')).toEqual(Array.from({ length: 80 }, (_, index) => index + 1))
    })

    test('ST-2: what is read is what was appended', async () => {
      const comment = create('a', {
        text: 'ünï 🎉\nline',
        offsetMs: 5,
        actor: {
          author: { id: 'h', name: 'H', role: 'host', avatarUrl: 'https://x.example/h.png' },
          role: 'host',
        },
      })
      const [outcome] = await append(comment)
      const { events, head } = await store.readEvents('a', 0, 10)
      expect(events).toEqual(eventsOf(outcome))
      expect(events[0]).toMatchObject({
        type: 'comment.created',
        seq: 1,
        at: expect.any(Number),
        liveVideoId: 'a',
        epoch: head.epoch,
      })
      expect(events[0]).toHaveProperty('comment', {
        id: comment.commentId,
        seq: 1,
        liveVideoId: 'a',
        author: comment.actor.author,
        text: comment.text,
        createdAt: events[0]?.at,
        offsetMs: 5,
      })
    })

    test('ST-2: an epoch stays with its log, and logs have different ones', async () => {
      await append(create('a'), create('b'))
      const heads = await store.readHeads(['a', 'b'])
      const [outcome] = await append(create('a'))
      const head = {
        epoch: heads.get('a')?.epoch,
        seq: 2,
        at: eventsOf(outcome)[0]?.at,
        incarnation: heads.get('a')?.incarnation,
      }
      expect(await store.readHeads(['a'])).toEqual(new Map([['a', head]]))
      expect(heads.get('a')?.epoch).not.toBe(heads.get('b')?.epoch)
      expect(heads.get('a')?.epoch).toMatch(/^[A-Za-z0-9]{4,32}$/)
    })

    test('ST-2: when an event was appended is told for each, also once its comment is erased', async () => {
      const [stored] = await append(create('a'), create('a'))
      const [event] = eventsOf(stored)
      const { events } = await store.readEvents('a', 0, 10)
      if (event?.type === 'comment.created') await append(remove('a', event.comment.id))
      const ats = await Promise.all([1, 2].map((seq) => store.readAt('a', seq)))
      expect(ats).toEqual(events.map(({ at }) => at))
      expect((await store.readHeads(['a'])).get('a')?.at).toBe(await store.readAt('a', 3))
      expect([await store.readAt('a', 4), await store.readAt('none', 1)]).toEqual([null, null])
    })

    test('ST-3: an idempotency key stores once for its author and live video', async () => {
      const first = create('a', { idempotencyKey: 'k' })
      const [stored, again] = await append(first, create('a', { idempotencyKey: 'k', text: 'other' }))
      expect(again).toEqual({ kind: 'repeated', event: eventsOf(stored)[0] })
      const others = await append(
        create('b', { idempotencyKey: 'k' }),
        create('a', { idempotencyKey: 'k', actor: actor('ben') }),
        create('a', { idempotencyKey: 'K' }),
      )
      expect(others.map(({ kind }) => kind)).toEqual(['appended', 'appended', 'appended'])
    })

    test('ST-3: concurrently too', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => append(create('a', { idempotencyKey: 'k' }))),
      )
      expect(outcomes.flat().filter(({ kind }) => kind === 'appended')).toHaveLength(1)
      expect(await seqsOf('a')).toEqual([1])
    })

    test('ST-3: a repeated key in a live video with no events yet, all in one batch', async () => {
      const outcomes = await append(
        create('a', { idempotencyKey: 'k', text: 'first' }),
        create('a', { idempotencyKey: 'k', text: 'second' }),
        create('a'),
      )
      expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'repeated', 'appended'])
      expect(await seqsOf('a')).toEqual([1, 2])
    })

    test('ST-4: removing erases the text and keeps the sequence number', async () => {
      const [doomed, kept] = [create('a', { text: 'doomed' }), create('a', { text: 'kept' })]
      await append(doomed, kept)
      const [outcome] = await append(remove('a', doomed.commentId))
      expect(eventsOf(outcome)).toMatchObject([
        { type: 'comment.removed', seq: 3, commentId: doomed.commentId, commentSeq: 1 },
      ])
      const { events } = await store.readEvents('a', 0, 10)
      expect(events.map(({ type }) => type)).toEqual(['comment.erased', 'comment.created', 'comment.removed'])
      expect(JSON.stringify(events)).not.toContain('doomed')
      const { comments } = await store.readComments('a', { kind: 'newest', limit: 10 })
      expect(comments.map(({ text }) => text)).toEqual(['kept'])
    })

    test('ST-4: removing twice appends nothing; a stranger’s or an unknown comment is refused', async () => {
      const comment = create('a')
      await append(comment)
      const outcomes = await append(
        remove('a', comment.commentId, { actor: actor('eve') }),
        remove('a', 'unknown'),
        remove('b', comment.commentId),
        remove('a', comment.commentId, { actor: actor('ann') }),
        remove('a', comment.commentId),
      )
      expect(
        outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.code : eventsOf(outcome).length)),
      ).toEqual(['not_allowed', 'comment_not_found', 'comment_not_found', 1, 0])
    })

    test('ST-4: the key of a removed comment does not store again', async () => {
      const comment = create('a', { idempotencyKey: 'k' })
      await append(comment, remove('a', comment.commentId))
      expect(await append(create('a', { idempotencyKey: 'k' }))).toMatchObject([
        { kind: 'refused', code: 'comment_removed' },
      ])
    })

    test('ST-4: nor that of a comment that is removed earlier in the same batch', async () => {
      const comment = create('a', { idempotencyKey: 'k' })
      await append(comment)
      const [, again] = await append(remove('a', comment.commentId), create('a', { idempotencyKey: 'k' }))
      expect(again).toMatchObject({ kind: 'refused', code: 'comment_removed' })
    })

    test('ST-5: settings and the pinned comment are projected from the log', async () => {
      const comment = create('a', { text: 'pin me' })
      await append(comment, change('a', { slowModeMs: 5_000, pinnedCommentId: comment.commentId }))
      const { head, settings, pinnedComment } = await store.readLiveVideo('a')
      expect({ seq: head.seq, settings, text: pinnedComment?.text }).toEqual({
        seq: 3,
        settings: { closed: false, slowModeMs: 5_000 },
        text: 'pin me',
      })
      const [removed] = await append(remove('a', comment.commentId))
      expect(eventsOf(removed).map(({ type }) => type)).toEqual(['comment.removed', 'comment.pinned'])
      expect((await store.readLiveVideo('a')).pinnedComment).toBeNull()
    })

    test('ST-5: a change that changes nothing appends nothing', async () => {
      expect(await append(change('a', { closed: false }))).toEqual([{ kind: 'appended', events: [] }])
      expect((await store.readLiveVideo('a')).head.seq).toBe(0)
    })

    test('ST-6: the rules hold inside one batch: closed, slow mode, reply targets', async () => {
      const first = create('a')
      const outcomes = await append(
        first,
        create('a', { replyTo: first.commentId }),
        create('a', { replyTo: 'unknown' }),
        change('a', { slowModeMs: 10_000 }),
        create('a'),
        create('a', { actor: actor('mod', 'moderator') }),
        create('a', { actor: actor('ben') }),
        change('a', { closed: true }),
        create('a', { actor: actor('eve') }),
      )
      const told = outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.code : outcome.kind))
      expect(told).toEqual([
        'appended',
        'appended',
        'unknown_reply_target',
        'appended',
        'slow_mode',
        'appended',
        'appended',
        'appended',
        'comments_closed',
      ])
      // All of one batch happens at one time.
      expect(outcomes[4]).toMatchObject({ retryAfterMs: 10_000 })
    })

    test('ST-6: slow mode counts what an author wrote before it came on', async () => {
      await append(create('a'), create('a', { actor: actor('ben') }))
      const outcomes = await append(
        change('a', { slowModeMs: 600_000 }),
        create('a'),
        create('a', { actor: actor('eve') }),
      )
      expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'refused', 'appended'])
      const [refused] = await append(create('a', { actor: actor('ben') }))
      expect(refused).toMatchObject({ kind: 'refused', code: 'slow_mode' })
      const waitMs = refused?.kind === 'refused' ? (refused.retryAfterMs ?? 0) : 0
      expect(waitMs).toBeGreaterThan(500_000)
      expect(waitMs).toBeLessThanOrEqual(600_000)
    })

    test('ST-6: slow mode is over when its time has passed', async () => {
      await append(create('a'), change('a', { slowModeMs: 50 }))
      await expect.poll(async () => (await append(create('a')))[0]?.kind).toBe('appended')
    })

    test('ST-25: the time of an event is the store’s own, whatever the clock of the process that asks says', async () => {
      const real = Date.now
      const skewMs = 30_000
      onTestFinished(() => void vi.restoreAllMocks())
      for (const ahead of [skewMs, -skewMs]) {
        vi.spyOn(Date, 'now').mockImplementation(() => real() + ahead)
        const id = `by ${ahead}`
        const before = real()
        const [outcome] = await append(create(id))
        const [event] = eventsOf(outcome)
        // The store may be on another machine: its clock is not ours to the millisecond.
        expect(Math.abs((event?.at ?? 0) - before)).toBeLessThan(skewMs / 2)
        expect((await store.readEvents(id, 0, 1)).events).toEqual([event])
        await append(change(id, { slowModeMs: skewMs / 2 }))
        expect(await append(create(id))).toMatchObject([{ kind: 'refused', code: 'slow_mode' }])
      }
    })

    test.each(['\0', 'a\0b', '\ud800', '\udc00a', '\u0001', '"', '\\', '{}', 'NULL'])(
      'ST-13: the strange id %j of one command harms no other command of its batch',
      async (id) => {
        const kept = create('a')
        const outcomes = await append(
          kept,
          create('a', { replyTo: id }),
          remove('a', id),
          create('a', { actor: actor(id), idempotencyKey: id }),
          create('a', { actor: actor(id), idempotencyKey: id }),
          change('a', { pinnedCommentId: id }),
        )
        const told = outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.code : outcome.kind))
        const refusals = ['unknown_reply_target', 'comment_not_found']
        expect(told).toEqual(['appended', ...refusals, 'appended', 'repeated', 'unknown_pin_target'])
        const { comments } = await store.readComments('a', { kind: 'newest', limit: 2 })
        expect(comments.map(({ author }) => author.id)).toEqual([id, 'ann'])
        const again = create('a', { actor: actor(id), idempotencyKey: id })
        expect(await append(again, remove('a', kept.commentId))).toMatchObject([
          { kind: 'repeated' },
          { kind: 'appended' },
        ])
      },
    )

    test('ST-7: pages of comments come newest first, on both sides of a cursor', async () => {
      await append(...Array.from({ length: 10 }, () => create('a')))
      const seqs = async (range: Parameters<CommentStore['readComments']>[1]) =>
        (await store.readComments('a', range)).comments.map(({ seq }) => seq)
      expect(await seqs({ kind: 'newest', limit: 3 })).toEqual([10, 9, 8])
      expect(await seqs({ kind: 'before', seq: 8, limit: 3 })).toEqual([7, 6, 5])
      expect(await seqs({ kind: 'after', seq: 4, limit: 3 })).toEqual([7, 6, 5])
      expect(await seqs({ kind: 'before', seq: 1, limit: 3 })).toEqual([])
    })

    test('ST-7: events come in order from any place', async () => {
      await append(...Array.from({ length: 10 }, () => create('a')))
      const { events, head } = await store.readEvents('a', 4, 3)
      expect(events.map(({ seq }) => seq)).toEqual([5, 6, 7])
      expect(head.seq).toBe(10)
    })

    test('ST-7: a page of large events is cut short, and goes on where it ended', async () => {
      await append(...Array.from({ length: 40 }, () => create('a', { text: 'x'.repeat(5_000) })))
      const seen: number[] = []
      for (let after = 0; after < 40; after = seen.at(-1) ?? 40) {
        const { events } = await store.readEvents('a', after, 200)
        expect(events.length).toBeGreaterThan(0)
        expect(events.length).toBeLessThan(40)
        seen.push(...events.map(({ seq }) => seq))
      }
      expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    })

    test('ST-7: a page of large comments is cut short, says so, and goes on where it ended', async () => {
      // Of three bytes a character, as those who would make pages large write them.
      await append(...Array.from({ length: 60 }, () => create('a', { text: '€'.repeat(5_000) })))
      const bytesOf = ({ comments }: CommentList) => Buffer.byteLength(JSON.stringify(comments))
      const expectPart = (page: CommentList) => {
        expect(page.comments.length).toBeGreaterThan(5)
        expect(bytesOf(page)).toBeLessThan(commentPageBytesMax + 2 * 15_500)
      }
      const older: number[] = []
      for (let seq = 61; seq > 1; seq = older.at(-1) ?? 0) {
        const page = await store.readComments('a', { kind: 'before', seq, limit: 50 })
        older.push(...page.comments.map(({ seq }) => seq))
        expectPart(page)
        expect(page.isFull).toBe(older.length < 60 || bytesOf(page) > commentPageBytesMax)
      }
      const newer: number[] = []
      for (let seq = 0; seq < 60; seq = newer[0] ?? 0) {
        const page = await store.readComments('a', { kind: 'after', seq, limit: 50 })
        newer.unshift(...page.comments.map(({ seq }) => seq))
        expectPart(page)
      }
      const all = Array.from({ length: 60 }, (_, index) => 60 - index)
      expect([older, newer]).toEqual([all, all])
    })

    test('ST-7: a page is full when the limit is reached, and no other', async () => {
      await append(...Array.from({ length: 3 }, () => create('a')))
      const isFull = async (limit: number) =>
        (await store.readComments('a', { kind: 'newest', limit })).isFull
      expect([await isFull(2), await isFull(3), await isFull(4)]).toEqual([true, true, false])
    })

    test('ST-8: history begins before the newest comments, removed ones not counted', async () => {
      const comments = Array.from({ length: 6 }, () => create('a'))
      await append(...comments, remove('a', comments[4]?.commentId ?? ''))
      expect(await store.readHistoryStart('a', 2)).toBe(3)
      expect(await store.readHistoryStart('a', 100)).toBe(0)
      expect(await store.readHistoryStart('a', 0)).toBe(7)
      expect(await store.readHistoryStart('none', 5)).toBe(0)
    })

    test('ST-9: a live video without events reads as empty', async () => {
      const head = { epoch: null, seq: 0 }
      expect(await store.readEvents('none', 0, 10)).toEqual({ head, events: [] })
      expect(await store.readComments('none', { kind: 'newest', limit: 5 })).toEqual({
        head,
        comments: [],
        isFull: false,
      })
      expect(await store.readHeads(['none'])).toEqual(new Map())
      expect(await store.readLiveVideo('none')).toEqual({
        head,
        headAt: null,
        settings: { closed: false, slowModeMs: null },
        pinnedComment: null,
      })
    })
  })
}

/**
 * What a store guarantees besides that lies in a place (a folder, a database) which outlives it. `newPlace` makes an
 * empty one.
 */
export function describeDurableStore(
  name: string,
  newPlace: () => Promise<string>,
  open: (place: string) => Promise<CommentStore>,
): void {
  describeStore(name, async () => open(await newPlace()))

  describe(`durable CommentStore: ${name}`, () => {
    test('ST-10: a store that is closed and opened again holds the same log', async () => {
      const place = await newPlace()
      const first = await open(place)
      await first.append([create('a'), create('a')])
      const before = await first.readEvents('a', 0, 10)
      await first.close()
      const second = await open(place)
      expect(await second.readEvents('a', 0, 10)).toEqual(before)
      await second.close()
    })

    test('ST-10: a batch that fails stores nothing', async () => {
      const store = await open(await newPlace())
      const comment = create('a')
      await store.append([comment])
      await expect(store.append([create('a'), create('b'), comment])).rejects.toMatchObject({
        code: 'store_unavailable',
      })
      expect((await store.readEvents('a', 0, 10)).events).toHaveLength(1)
      expect(await store.readHeads(['b'])).toEqual(new Map())
      await store.append([create('a')])
      expect((await store.readEvents('a', 0, 10)).events.map(({ seq }) => seq)).toEqual([1, 2])
      await store.close()
    })

    test('ST-12: closing finishes what was asked; what is asked of a closed store is refused, not forgotten', async () => {
      const store = await open(await newPlace())
      const appended = store.append([create('a')])
      await Promise.all([store.close(), expect(appended).resolves.toHaveLength(1)])
      await store.close()
      await expect(store.readHeads(['a'])).rejects.toMatchObject({ code: 'store_unavailable' })
      await expect(store.append([create('a')])).rejects.toMatchObject({ code: 'store_unavailable' })
    })

    test('ST-23: whether it can store is asked without storing anything, and not behind a queue', async () => {
      const store = await open(await newPlace())
      await store.checkWritable()
      expect(await store.readHeads(['a'])).toEqual(new Map())
      // More than are done at a time; those above what may wait are refused.
      const reads = Array.from({ length: 1_200 }, () => store.readHeads(['a']))
      await store.checkWritable()
      await Promise.allSettled(reads)
      await store.close()
      await expect(store.checkWritable()).rejects.toMatchObject({ code: 'store_unavailable' })
    })

    describe('with one client that asks for pages without end', () => {
      const page = { kind: 'newest', limit: 200 } as const
      let store: CommentStore
      beforeEach(async () => {
        store = await open(await newPlace())
      })
      afterEach(() => store.close())

      const flood: Asker = { key: 'flood', priority: 'page' }
      /** More than a client may have waiting; `done` counts those that were answered. */
      const flooded = async () => {
        const text = 'x'.repeat(200)
        await store.append(Array.from({ length: 200 }, () => create('a', { text })))
        const told = { done: 0, refused: [] as unknown[] }
        const reads = Array.from({ length: 300 }, () =>
          store.readComments('a', page, flood).then(
            () => void told.done++,
            ({ code, retryAfterMs }) => void told.refused.push([code, retryAfterMs]),
          ),
        )
        return { told, all: Promise.all(reads) }
      }

      test('FS-2: it is told so at once, what it may have waiting is answered, and others take turns with it', async () => {
        const { told, all } = await flooded()
        const others = Array.from({ length: 5 }, (_, index) =>
          store.readComments('a', page, { key: `other ${index}`, priority: 'page' }),
        )
        for (const { comments } of await Promise.all(others)) expect(comments).toHaveLength(200)
        expect(told.done).toBeLessThan(50)
        expect(told.refused.length).toBeGreaterThan(90)
        await all
        expect(told.done + told.refused.length).toBe(300)
        expect(told.done).toBeGreaterThanOrEqual(200)
        for (const refusal of told.refused) expect(refusal).toEqual(['too_many_requests', 1_000])
      })

      test('FS-3: streams, heads, commits and the probe do not wait behind it', async () => {
        await store.probe()
        const { told, all } = await flooded()
        await Promise.all([
          store.readEvents('a', 0, 10, { key: 'viewer', priority: 'stream' }),
          store.readHistoryStart('a', 10, { key: 'viewer', priority: 'stream' }),
          store.readHeads(['a']),
        ])
        expect(told.done).toBeLessThan(50)
        await store.probe()
        await store.append([create('a')])
        expect(told.done).toBeLessThan(100)
        await all
      })
    })
  })
}
