import type { CommentId } from '../domain/comment.ts'
import type { LiveVideo } from '../protocol/api.ts'
import type { StreamEvents } from '../protocol/stream-events.ts'
import { type CommentList, emptyList, type ListAction, type ListBounds, reduceList } from './comment-list.ts'
import { type Connection, type EndReason, lost, missed, opened } from './connection.ts'
import { type Facts, type FactsAction, type Pinned, reduceFacts, unknownFacts } from './facts.ts'
import { findById } from './log-entries.ts'
import type { LiveEvent } from './stream-event.ts'

/** All there is to show of one live video. Never changed in place: what is the same object is unchanged. */
export interface LiveState {
  connection: Connection
  list: CommentList
  facts: Facts
  older: 'idle' | 'loading' | 'failed'
}

export type LiveAction =
  | { type: 'opened'; reset: boolean; now: number }
  | { type: 'lost'; now: number }
  | { type: 'ended'; reason: EndReason }
  | { type: 'event'; event: LiveEvent; cursor: string; now: number }
  | { type: 'snapshot'; video: LiveVideo }
  | { type: 'removed'; commentId: CommentId }
  | { type: 'olderAsked'; older: LiveState['older'] }
  | { type: 'list'; action: ListAction }

export const emptyState = (bounds: ListBounds): LiveState => ({
  connection: { status: 'connecting' },
  list: emptyList(bounds),
  facts: unknownFacts,
  older: 'idle',
})

/** Pure. */
export function reduceLive(state: LiveState, action: LiveAction): LiveState {
  switch (action.type) {
    case 'opened':
      return openedState(action.reset ? resetState(state) : state, action.reset, action.now)
    case 'lost':
      return { ...state, connection: lost(state.connection, action.now) }
    case 'ended':
      return { ...state, connection: { status: 'ended', reason: action.reason } }
    case 'event':
      return withEvent(state, action)
    case 'snapshot':
      return withFacts(state, { type: 'snapshot', video: action.video })
    case 'removed':
      return withRemoved(state, action.commentId)
    case 'olderAsked':
      return { ...state, older: action.older }
    case 'list':
      return withList(state, action.action)
  }
}

const withList = (state: LiveState, action: ListAction): LiveState => ({
  ...state,
  list: reduceList(state.list, action),
})

const withFacts = (state: LiveState, action: FactsAction): LiveState => ({
  ...state,
  facts: reduceFacts(state.facts, action),
})

const resetState = (state: LiveState): LiveState =>
  withFacts(withList(state, { type: 'reset' }), { type: 'reset' })

const openedState = (state: LiveState, reset: boolean, now: number): LiveState => ({
  ...withFacts(state, { type: 'opened' }),
  connection: opened(state.connection, now, reset),
})

const withRemoved = (state: LiveState, commentId: CommentId): LiveState =>
  withFacts(withList(state, { type: 'removed', commentId }), { type: 'removed', commentId })

function withEvent(state: LiveState, { event, cursor, now }: LiveAction & { type: 'event' }): LiveState {
  switch (event.type) {
    case 'comment.created':
      return withList(state, { type: 'arrived', comment: event.data, cursor: cursor === '' ? null : cursor })
    case 'comment.removed':
      return withRemoved(state, event.data.commentId)
    case 'comment.pinned': {
      const { commentId, seq } = event.data
      return withFacts(state, { type: 'pinned', pinned: pinnedOf(state, commentId), seq })
    }
    case 'settings.changed': {
      const { seq, closed, slowModeMs } = event.data
      return withFacts(state, { type: 'settings', settings: { closed, slowModeMs }, seq })
    }
    case 'viewers':
      return withFacts(state, { type: 'viewers', viewers: event.data.viewers })
    case 'gap':
      return withGap(state, event.data, now)
  }
}

function withGap(state: LiveState, gap: StreamEvents['gap'], now: number): LiveState {
  const { reason } = gap
  if (reason === 'rate') return withList(state, { type: 'sampled', missed: gap.missed, now })
  const connection = missed(state.connection, gap.missed)
  return { ...withList(state, { type: 'missed', missed: gap.missed, reason }), connection }
}

function pinnedOf({ list }: LiveState, commentId: CommentId | null): Pinned {
  if (commentId === null) return { kind: 'none' }
  const entry = findById(list.entries, commentId)
  return entry ? { kind: 'known', comment: entry.comment } : { kind: 'unknown', commentId }
}
