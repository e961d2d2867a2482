import type { Command, Outcome } from '../../domain/command.ts'
import { created } from '../../domain/decide.ts'
import type { Epoch } from '../../domain/position.ts'

/**
 * An outcome as it goes from thread to thread. Of a comment that was stored, the other thread has everything already but
 * its place in the log, and an object costs both of them to copy.
 */
export type BriefOutcome = Outcome | CreatedAt

interface CreatedAt {
  kind: 'created'
  epoch: Epoch
  seq: number
  at: number
}

export function abridge(outcome: Outcome): BriefOutcome {
  if (outcome.kind !== 'appended' || outcome.events.length !== 1) return outcome
  const [event] = outcome.events
  if (event?.type !== 'comment.created') return outcome
  return { kind: 'created', epoch: event.epoch, seq: event.seq, at: event.at }
}

/** @param command the one that it is the outcome of */
export function restore(outcome: BriefOutcome, command: Command | undefined): Outcome {
  if (outcome.kind !== 'created') return outcome
  if (command?.kind !== 'create') throw new Error('a comment was stored that nobody wrote')
  const { epoch, seq, at } = outcome
  const { liveVideoId } = command
  return { kind: 'appended', events: [{ ...created(command, seq, at), liveVideoId, epoch, seq, at }] }
}
