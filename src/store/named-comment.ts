import type { Command } from '../domain/command.ts'
import type { CommentId } from '../domain/comment.ts'

/** The comment that a command is about, beside the one it may create: to remove, to pin, or to reply to. */
export function namedComment(command: Command): CommentId | null {
  if (command.kind === 'create') return command.replyTo ?? null
  if (command.kind === 'remove') return command.commentId
  return command.pinnedCommentId ?? null
}
