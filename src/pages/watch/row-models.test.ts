import { expect, it } from 'vitest'
import type { Author, CommentEntry } from '../../sdk/index.ts'
import type { IdentityState } from './identity.ts'
import { modelsOf, type RowContext } from './row-models.ts'

const entry = (seq: number, author: Author, createdAt: number, replyTo?: string): CommentEntry => ({
  kind: 'comment',
  key: `id-${seq}`,
  cursor: null,
  comment: {
    id: `id-${seq}`,
    seq,
    liveVideoId: 'lobby',
    author,
    text: 'hi',
    createdAt,
    ...(replyTo && { replyTo }),
  },
})

const ann: Author = { id: 'ann', name: 'Ann' }
const bob: Author = { id: 'bob', name: 'Bob' }

const context = (over: Partial<RowContext> = {}): RowContext => ({
  identity: { kind: 'guest', name: null },
  pinned: { kind: 'none' },
  closed: false,
  entries: [],
  expanded: new Set(),
  confirming: null,
  busy: new Set(),
  now: 0,
  ...over,
})

const signedIn = (author: Author, role: 'viewer' | 'moderator'): IdentityState => ({
  kind: 'signedIn',
  by: 'name',
  content: { author, role, expiresAt: 9e12 },
})

it('groups what one author writes in one go', () => {
  const rows = [entry(1, ann, 0), entry(2, ann, 5_000), entry(3, bob, 6_000), entry(4, bob, 300_000)]
  expect(modelsOf(rows, null, context()).map(({ grouped }) => grouped)).toEqual([false, true, false, false])
  expect(modelsOf(rows.slice(1), rows[0] ?? null, context())[0]?.grouped).toBe(true)
})

it('lets people remove their own comments, and moderators all', () => {
  const rows = [entry(1, ann, 0), entry(2, bob, 0)]
  const removable = (identity: IdentityState) =>
    modelsOf(rows, null, context({ identity })).map(({ mayRemove }) => mayRemove)
  expect(removable({ kind: 'guest', name: null })).toEqual([false, false])
  expect(removable(signedIn(ann, 'viewer'))).toEqual([true, false])
  expect(removable(signedIn({ id: 'mo', name: 'Mo' }, 'moderator'))).toEqual([true, true])
})

it('shows what a comment answers while that is known', () => {
  const rows = [entry(1, ann, 0), entry(2, bob, 0, 'id-1'), entry(3, bob, 0, 'gone')]
  const targets = modelsOf(rows, null, context({ entries: rows })).map(({ target }) => target?.id ?? null)
  expect(targets).toEqual([null, 'id-1', null])
})
