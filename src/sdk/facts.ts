import type { Comment, CommentId } from '../domain/comment.ts'
import type { Settings } from '../domain/live-video.ts'
import { parsePosition } from '../domain/position.ts'
import type { LiveVideo } from '../protocol/api.ts'

export type Pinned =
  | { kind: 'none' }
  | { kind: 'known'; comment: Comment }
  /** Pinned, but the comment itself has yet to be loaded. */
  | { kind: 'unknown'; commentId: CommentId }

/** What is so about a live video now, besides its comments. */
export interface Facts {
  /** null: not known yet. */
  settings: Settings | null
  settingsSeq: number
  pinned: Pinned
  pinnedSeq: number
  /** How many are watching; null: not known yet. */
  viewers: number | null
  /** The stream has told the viewers since it was last opened: a snapshot is older. */
  viewersFresh: boolean
}

export type FactsAction =
  | { type: 'opened' }
  | { type: 'viewers'; viewers: number }
  | { type: 'settings'; settings: Settings; seq: number }
  | { type: 'pinned'; pinned: Pinned; seq: number }
  | { type: 'removed'; commentId: CommentId }
  | { type: 'snapshot'; video: LiveVideo }
  | { type: 'reset' }

export const unknownFacts: Facts = {
  settings: null,
  settingsSeq: 0,
  pinned: { kind: 'none' },
  pinnedSeq: 0,
  viewers: null,
  viewersFresh: false,
}

/** Pure. Events and snapshots may overtake each other: of each fact the newest sequence number wins. */
export function reduceFacts(facts: Facts, action: FactsAction): Facts {
  switch (action.type) {
    case 'opened':
      return { ...facts, viewersFresh: false }
    case 'viewers':
      return { ...facts, viewers: action.viewers, viewersFresh: true }
    case 'settings':
      return withSettings(facts, action.settings, action.seq)
    case 'pinned':
      return withPinned(facts, action.pinned, action.seq)
    case 'removed':
      return isPinned(facts.pinned, action.commentId) ? { ...facts, pinned: { kind: 'none' } } : facts
    case 'snapshot':
      return withSnapshot(facts, action.video)
    case 'reset':
      return { ...facts, settingsSeq: 0, pinned: { kind: 'none' }, pinnedSeq: 0 }
  }
}

const withSettings = (facts: Facts, settings: Settings, seq: number): Facts =>
  seq < facts.settingsSeq ? facts : { ...facts, settings, settingsSeq: seq }

const withPinned = (facts: Facts, pinned: Pinned, seq: number): Facts =>
  seq < facts.pinnedSeq ? facts : { ...facts, pinned, pinnedSeq: seq }

function isPinned(pinned: Pinned, commentId: CommentId): boolean {
  if (pinned.kind === 'none') return false
  return commentId === (pinned.kind === 'known' ? pinned.comment.id : pinned.commentId)
}

function withSnapshot(facts: Facts, video: LiveVideo): Facts {
  const { seq } = parsePosition(video.position)
  const settings: Settings = { closed: video.closed, slowModeMs: video.slowModeMs }
  const pinned: Pinned = video.pinnedComment
    ? { kind: 'known', comment: video.pinnedComment }
    : { kind: 'none' }
  const viewers = facts.viewersFresh ? facts.viewers : video.viewers
  return { ...withPinned(withSettings(facts, settings, seq), pinned, seq), viewers }
}
