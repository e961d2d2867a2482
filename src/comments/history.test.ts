import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Comment } from '../domain/comment.ts'
import type { CommentRange } from '../store/store.ts'
import { readHistory } from './history.ts'

/**
 * A log in which `kept` says which events are comments that still stand; the others are removed, or no comments.
 * @param roomMax comments of which the bytes fill a page, whatever its limit
 */
function storeOf(kept: boolean[], roomMax: number) {
  const comments = kept.flatMap((stands, index) =>
    stands ? [{ seq: index + 1, createdAt: index } as Comment] : [],
  )
  const pick = (range: CommentRange): Comment[] => {
    const count = Math.min(range.limit, roomMax)
    if (range.kind === 'after') return comments.filter(({ seq }) => seq > range.seq).slice(0, count)
    return comments.filter(({ seq }) => range.kind === 'newest' || seq < range.seq).slice(-count)
  }
  const head = { epoch: kept.length > 0 ? 'e0e0' : null, seq: kept.length }
  return {
    comments,
    async readComments(_: string, range: CommentRange) {
      const comments = pick(range).reverse()
      return { head, comments, isFull: comments.length === Math.min(range.limit, roomMax) }
    },
    readAt: async (_: string, seq: number) => (seq >= 1 && seq <= kept.length ? seq - 1 : null),
  }
}

const log = fc.array(fc.boolean(), { maxLength: 12 })
const limit = fc.integer({ min: 1, max: 4 })

test('CM-8: every cursor that a page hands out is one that is taken, and leads on without a gap or a repeat', () =>
  fc.assert(
    fc.asyncProperty(
      log,
      limit,
      fc.constantFrom(1, 3, 100),
      fc.nat({ max: 13 }),
      fc.constantFrom('before', 'after'),
      async (kept, limit, roomMax, at, side) => {
        const store = storeOf(kept, roomMax)
        const seq = Math.min(at, side === 'before' ? kept.length + 1 : kept.length)
        const cursor = kept.length > 0 ? `e0e0:${seq}` : '-:0'
        const seen = await readHistory(store, 'a', { [side]: cursor, limit })
        const older: number[] = []
        for (let before = seen.before; before !== null; ) {
          const page = await readHistory(store, 'a', { before, limit })
          older.push(...page.comments.map(({ seq }) => seq))
          before = page.before
        }
        const newer: number[] = []
        for (let after = seen.after; ; ) {
          const page = await readHistory(store, 'a', { after, limit })
          newer.unshift(...page.comments.map(({ seq }) => seq))
          if (page.comments.length === 0) break
          after = page.after
        }
        const walked = [...newer, ...seen.comments.map(({ seq }) => seq), ...older]
        expect(walked.reverse()).toEqual(store.comments.map(({ seq }) => seq))
      },
    ),
  ))
