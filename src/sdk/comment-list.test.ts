import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Comment } from '../domain/comment.ts'
import { type CommentList, emptyList, entriesOf, type ListAction, reduceList } from './comment-list.ts'
import { failureOf, networkFailure } from './failure.ts'

const ann = { id: 'ann', name: 'Ann' }
const bob = { id: 'bob', name: 'Bob' }

const comment = (seq: number, text = `text ${seq}`, author = bob): Comment => ({
  id: `id-${seq}`,
  seq,
  liveVideoId: 'lobby',
  author,
  text,
  createdAt: 1_000 + seq,
})

const arrived = (seq: number, text?: string, author = bob): ListAction => ({
  type: 'arrived',
  comment: comment(seq, text, author),
  cursor: `e:${seq}`,
})
const drafted = (key: string, text: string): ListAction => ({
  type: 'drafted',
  draft: { key, author: ann, text, createdAt: 1_000 },
})
const accepted = (key: string, seq: number, text: string): ListAction => ({
  type: 'accepted',
  key,
  comment: comment(seq, text, ann),
})
const failed = (key: string, failure = failureOf('comments_closed')): ListAction => ({
  type: 'statusChanged',
  key,
  status: { kind: 'failed', failure, retryAt: null },
})

const play = (actions: ListAction[], start: CommentList = emptyList()): CommentList =>
  actions.reduce(reduceList, start)

const shown = (list: CommentList): string[] =>
  entriesOf(list).map((entry) => {
    if (entry.kind === 'comment') return entry.comment.id
    return entry.kind === 'gap' ? `gap ${entry.missed}` : `${entry.status.kind} ${entry.text}`
  })
const keys = (list: CommentList): string[] => entriesOf(list).map(({ key }) => key)

describe('streamed comments', () => {
  it('stand in the order of the log, whatever order they came in', () => {
    expect(shown(play([arrived(3), arrived(1), arrived(2)]))).toEqual(['id-1', 'id-2', 'id-3'])
  })

  it('are shown once however often they come', () => {
    const list = play([arrived(1), arrived(2), arrived(1), arrived(2)])
    expect(shown(list)).toEqual(['id-1', 'id-2'])
  })

  it('stay gone when removed before they came', () => {
    expect(shown(play([{ type: 'removed', commentId: 'id-1' }, arrived(1), arrived(2)]))).toEqual(['id-2'])
  })

  it('are bounded: the oldest go first', () => {
    const bounds = { entriesMax: 3, heldMax: 5, draftsMax: 2 }
    const many = Array.from({ length: 9 }, (_, index) => arrived(index + 1))
    expect(shown(play(many, emptyList(bounds)))).toEqual(['id-7', 'id-8', 'id-9'])
    const held = play([{ type: 'held', held: true }, ...many], emptyList(bounds))
    expect(shown(held)).toHaveLength(5)
    expect(shown(play([{ type: 'held', held: false }], held))).toEqual(['id-7', 'id-8', 'id-9'])
  })
})

describe('gaps', () => {
  it('stand where the events are missing, and add up', () => {
    const missed: ListAction = { type: 'missed', missed: 4, reason: 'slow_viewer' }
    expect(shown(play([arrived(1), missed, missed, arrived(10)]))).toEqual(['id-1', 'gap 8', 'id-10'])
  })

  it('close when a page reaches over them', () => {
    const list = play([arrived(1), { type: 'missed', missed: 2, reason: 'too_far_behind' }, arrived(4)])
    const page = [comment(3), comment(2), comment(1)]
    const filled = play([{ type: 'gapLoaded', key: 'gap-1', comments: page, before: null }], list)
    expect(shown(filled)).toEqual(['id-1', 'id-2', 'id-3', 'id-4'])
  })

  it('shrink when a page does not reach over them', () => {
    const list = play([arrived(1), { type: 'missed', missed: 8, reason: 'too_far_behind' }, arrived(10)])
    const page = [comment(9), comment(8)]
    const filled = play([{ type: 'gapLoaded', key: 'gap-1', comments: page, before: 'e:8' }], list)
    expect(shown(filled)).toEqual(['id-1', 'gap 6', 'id-8', 'id-9', 'id-10'])
  })
})

describe('older comments', () => {
  it('come before what is shown, and the start is known when it is reached', () => {
    const older: ListAction = { type: 'olderLoaded', comments: [comment(2), comment(1)], before: null }
    const list = play([arrived(2), arrived(3), older])
    expect(shown(list)).toEqual(['id-1', 'id-2', 'id-3'])
    expect(list.reachedStart).toBe(true)
  })
})

describe('own comments', () => {
  it('are shown at once, last', () => {
    expect(shown(play([drafted('a', 'hi'), arrived(1)]))).toEqual(['id-1', 'pending hi'])
  })

  it('take their place when the answer comes, and are not repeated by the stream', () => {
    const list = play([drafted('a', 'hi'), arrived(2), accepted('a', 1, 'hi'), arrived(1, 'hi', ann)])
    expect(shown(list)).toEqual(['id-1', 'id-2'])
    expect(keys(list)).toEqual(['a', 'id-2'])
  })

  it('are shown once when the stream is faster than the answer', () => {
    const streamed = play([drafted('a', 'hi'), arrived(1, 'hi', ann)])
    expect(shown(streamed)).toEqual(['id-1'])
    expect(keys(streamed)).toEqual(['a'])
    expect(shown(play([accepted('a', 1, 'hi')], streamed))).toEqual(['id-1'])
  })

  it('come apart again when the streamed one was written elsewhere', () => {
    const guessed = play([drafted('a', 'hi'), arrived(1, 'hi', ann)])
    const list = play([accepted('a', 2, 'hi'), arrived(2, 'hi', ann)], guessed)
    expect(shown(list)).toEqual(['id-1', 'id-2'])
    expect(new Set(keys(list)).size).toBe(2)
  })

  it('fail beside the streamed one when the server refused them', () => {
    const list = play([drafted('a', 'hi'), arrived(1, 'hi', ann), failed('a')])
    expect(shown(list)).toEqual(['id-1', 'failed hi'])
    expect(new Set(keys(list)).size).toBe(2)
  })

  it('do not fail for want of an answer when the stream has shown them', () => {
    expect(shown(play([drafted('a', 'hi'), arrived(1, 'hi', ann), failed('a', networkFailure)]))).toEqual([
      'id-1',
    ])
    expect(shown(play([drafted('a', 'hi'), failed('a', networkFailure), arrived(1, 'hi', ann)]))).toEqual([
      'id-1',
    ])
  })

  it('are not taken for an older comment with the same text', () => {
    const list = play([arrived(5), drafted('a', 'hi'), arrived(3, 'hi', ann)])
    expect(shown(list)).toEqual(['id-3', 'id-5', 'pending hi'])
  })

  it('vanish when they were removed before the answer came', () => {
    const list = play([drafted('a', 'hi'), { type: 'removed', commentId: 'id-1' }, accepted('a', 1, 'hi')])
    expect(shown(list)).toEqual([])
  })

  it('survive a reset', () => {
    const list = play([arrived(7), drafted('a', 'hi'), { type: 'reset' }])
    expect(shown(list)).toEqual(['pending hi'])
    expect(shown(play([arrived(1, 'hi', ann), accepted('a', 1, 'hi')], list))).toEqual(['id-1'])
  })

  it('are bounded: what failed first makes room', () => {
    const bounds = { entriesMax: 3, heldMax: 5, draftsMax: 2 }
    const actions = [drafted('a', 'a'), drafted('b', 'b'), failed('b'), drafted('c', 'c')]
    expect(shown(play(actions, emptyList(bounds)))).toEqual(['pending a', 'pending c'])
  })
})

/** One run: a log of comments by two authors, some removed, and what a client sees of it in any order. */
const logOf = fc.array(
  fc.record({ own: fc.boolean(), text: fc.constantFrom('lol', 'hi', 'yes'), removed: fc.boolean() }),
  { minLength: 1, maxLength: 12 },
)

type Log = { own: boolean; text: string; removed: boolean }[]

/** Per own comment its draft, then its answer; besides, the stream in order with repeats. Tracks keep their order. */
function tracksOf(log: Log, repeats: number[]): ListAction[][] {
  const stream: ListAction[] = []
  const own: ListAction[][] = []
  log.forEach(({ own: isOwn, text, removed }, index) => {
    const seq = index + 1
    const author = isOwn ? ann : bob
    stream.push(arrived(seq, text, author))
    if (removed) stream.push({ type: 'removed', commentId: `id-${seq}` })
    if (isOwn) own.push([drafted(`key-${seq}`, text), accepted(`key-${seq}`, seq, text)])
  })
  const replay = repeats.flatMap((from) => stream.slice(from % stream.length))
  return [[...stream, ...replay], ...own]
}

function interleave(tracks: ListAction[][], picks: number[]): ListAction[] {
  const rest = tracks.map((track) => [...track])
  const played: ListAction[] = []
  for (let turn = 0; rest.some((track) => track.length > 0); turn++) {
    const open = rest.filter((track) => track.length > 0)
    const track = open[(picks[turn % picks.length] ?? 0) % open.length]
    const action = track?.shift()
    if (action) played.push(action)
  }
  return played
}

function expectOrdered(list: CommentList): void {
  const entries = entriesOf(list)
  const comments = entries.flatMap((entry) => (entry.kind === 'comment' ? [entry.comment] : []))
  expect(new Set(comments.map(({ id }) => id)).size).toBe(comments.length)
  expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length)
  expect(comments.map(({ seq }) => seq)).toEqual(comments.map(({ seq }) => seq).sort((a, b) => a - b))
}

describe('any interleaving of drafts, answers, stream, repeats and removals', () => {
  const picksOf = fc.array(fc.nat(50), { minLength: 1, maxLength: 60 })

  it('ends with every comment that stands, once, in order, and no draft', () => {
    fc.assert(
      fc.property(logOf, fc.array(fc.nat(30), { maxLength: 2 }), picksOf, (log, repeats, picks) => {
        const standing = log.flatMap(({ removed }, index) => (removed ? [] : [`id-${index + 1}`]))
        let list = emptyList()
        for (const action of interleave(tracksOf(log, repeats), picks)) {
          list = reduceList(list, action)
          expectOrdered(list)
        }
        expect(shown(list)).toEqual(standing)
      }),
      { numRuns: 500 },
    )
  })

  it('is the same after a reset and the replay that follows it', () => {
    fc.assert(
      fc.property(logOf, picksOf, fc.nat(40), (log, picks, at) => {
        const actions = interleave(tracksOf(log, []), picks)
        const cut = at % (actions.length + 1)
        const [stream = []] = tracksOf(log, [])
        const before = play([...actions.slice(0, cut), { type: 'reset' }])
        const list = play([...actions.slice(cut), ...stream], before)
        expectOrdered(list)
        expect(shown(list)).toEqual(log.flatMap(({ removed }, index) => (removed ? [] : [`id-${index + 1}`])))
      }),
      { numRuns: 300 },
    )
  })

  it('never shows a comment beside its own draft', () => {
    fc.assert(
      fc.property(logOf, picksOf, (log, picks) => {
        const distinct = log.map((one, index) => ({ ...one, text: `text ${index}` }))
        const tracks = tracksOf(distinct, [0])
        const drafts = tracks.slice(1).flatMap((track) => track.splice(0, 1))
        let list = play(drafts)
        for (const action of interleave(tracks, picks)) {
          list = reduceList(list, action)
          const texts = entriesOf(list).map((entry) =>
            entry.kind === 'comment' ? entry.comment.text : entry,
          )
          const all = texts.map((text) =>
            typeof text === 'string' ? text : text.kind === 'draft' ? text.text : '',
          )
          expect(new Set(all).size).toBe(all.length)
        }
      }),
      { numRuns: 300 },
    )
  })
})
