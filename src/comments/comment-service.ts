import type { Actor, ChangeSettings, Command, Outcome } from '../domain/command.ts'
import type { Comment, CommentId } from '../domain/comment.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { acceptText } from '../domain/text.ts'
import type { Clock } from '../domain/time.ts'
import type { GroupCommit } from './group-commit.ts'
import type { CommentsMetrics } from './metrics.ts'
import type { Allowance } from './post-limit.ts'

/** What an author writes, as it came. */
export interface Draft {
  text: string
  offsetMs?: number | undefined
  replyTo?: CommentId | undefined
  idempotencyKey?: string | undefined
}

/** What a moderator changes; left out is left as it is. */
export type SettingsPatch = Pick<ChangeSettings, 'closed' | 'slowModeMs' | 'pinnedCommentId'>

export interface CommentServiceParts {
  commit: GroupCommit
  allowance: Allowance
  newCommentId: () => CommentId
  clock: Clock
  metrics: CommentsMetrics
}

/** The Comment Management Service: what may be asked of the comments of a live video. */
export class CommentService {
  readonly #parts: CommentServiceParts

  constructor(parts: CommentServiceParts) {
    this.#parts = parts
  }

  /** Stores a comment, or finds the one that its idempotency key has stored. @throws ChorusError */
  async create(
    liveVideoId: LiveVideoId,
    actor: Actor,
    draft: Draft,
  ): Promise<{ comment: Comment; repeated: boolean }> {
    try {
      const created = await this.#create(liveVideoId, actor, draft)
      this.#parts.metrics.commented(created.repeated ? 'repeated' : 'created')
      return created
    } catch (error) {
      this.#parts.metrics.commented(error instanceof ChorusError ? error.code : 'internal')
      throw error
    }
  }

  /** Removes a comment and its text for good; removing it again does nothing. @throws ChorusError */
  async remove(liveVideoId: LiveVideoId, actor: Actor, commentId: CommentId): Promise<void> {
    await this.#submit({ kind: 'remove', liveVideoId, actor, at: this.#parts.clock.now(), commentId })
  }

  /** @throws ChorusError */
  async change(liveVideoId: LiveVideoId, actor: Actor, patch: SettingsPatch): Promise<void> {
    await this.#submit({ kind: 'change', liveVideoId, actor, at: this.#parts.clock.now(), ...patch })
  }

  async #create(
    liveVideoId: LiveVideoId,
    actor: Actor,
    draft: Draft,
  ): Promise<{ comment: Comment; repeated: boolean }> {
    const text = acceptText(draft.text)
    await this.#parts.allowance.spend(actor.author.id)
    const { newCommentId, clock } = this.#parts
    const command: Command = {
      kind: 'create',
      liveVideoId,
      actor,
      at: clock.now(),
      commentId: newCommentId(),
      ...draft,
      text,
    }
    const outcome = await this.#submit(command)
    if (outcome.kind === 'repeated') await this.#parts.allowance.giveBack(actor.author.id)
    const event = outcome.kind === 'repeated' ? outcome.event : outcome.events[0]
    return { comment: commentOf(event), repeated: outcome.kind === 'repeated' }
  }

  async #submit(command: Command): Promise<Exclude<Outcome, { kind: 'refused' }>> {
    const outcome = await this.#parts.commit.submit(command)
    if (outcome.kind === 'refused') throw new ChorusError(outcome.code, null, outcome.retryAfterMs)
    return outcome
  }
}

function commentOf(event: LiveVideoEvent | undefined): Comment {
  if (event?.type !== 'comment.created') throw new Error('a comment was stored as something else')
  return event.comment
}
