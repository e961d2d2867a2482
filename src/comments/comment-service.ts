import type { Actor, ChangeSettings, Command, Outcome } from '../domain/command.ts'
import type { Comment, CommentId } from '../domain/comment.ts'
import { forbiddenToRole, mayModerate } from '../domain/decide.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { acceptText } from '../domain/text.ts'
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
    const { allowance, metrics } = this.#parts
    try {
      const text = acceptText(draft.text)
      const giveBack = allowance.spend(actor.author.id)
      const outcome = await this.#submit(this.#creation(liveVideoId, actor, { ...draft, text }))
      const repeated = outcome.kind === 'repeated'
      if (repeated) giveBack()
      metrics.commented(repeated ? 'repeated' : 'created')
      return { comment: commentOf(repeated ? outcome.event : outcome.events[0]), repeated }
    } catch (error) {
      metrics.commented(error instanceof ChorusError ? error.code : 'internal')
      throw error
    }
  }

  /**
   * Removes a comment and its text for good; removing it again does nothing. Of a viewer's allowance it takes as much as a
   * comment; moderators are free to remove what they must.
   * @throws ChorusError
   */
  async remove(liveVideoId: LiveVideoId, actor: Actor, commentId: CommentId): Promise<void> {
    if (!mayModerate(actor)) this.#parts.allowance.spend(actor.author.id)
    await this.#submit({ kind: 'remove', liveVideoId, actor, commentId })
  }

  /** @throws ChorusError */
  async change(liveVideoId: LiveVideoId, actor: Actor, patch: SettingsPatch): Promise<void> {
    await this.#submit({ kind: 'change', liveVideoId, actor, ...patch })
  }

  #creation(liveVideoId: LiveVideoId, actor: Actor, draft: Draft): Command {
    return { kind: 'create', liveVideoId, actor, commentId: this.#parts.newCommentId(), ...draft }
  }

  /** Refuses here what the token alone forbids, before it takes time of the store. */
  async #submit(command: Command): Promise<Exclude<Outcome, { kind: 'refused' }>> {
    const forbidden = forbiddenToRole(command)
    if (forbidden) throw new ChorusError(forbidden)
    return this.#parts.commit.submit(command).then(accepted)
  }
}

function accepted(outcome: Outcome): Exclude<Outcome, { kind: 'refused' }> {
  if (outcome.kind === 'refused') throw new ChorusError(outcome.code, null, outcome.retryAfterMs)
  return outcome
}

function commentOf(event: LiveVideoEvent | undefined): Comment {
  if (event?.type !== 'comment.created') throw new Error('a comment was stored as something else')
  return event.comment
}
