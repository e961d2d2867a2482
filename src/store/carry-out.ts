import type { Outcome } from '../domain/command.ts'
import type { Decision } from '../domain/decide.ts'
import type { EventBody, LiveVideoEvent } from '../domain/event.ts'

/** The log that a decision is about. */
export interface DecidedLog {
  eventAt(seq: number): LiveVideoEvent
  append(bodies: EventBody[]): LiveVideoEvent[]
}

/** Does to a log what was decided. */
export function carryOut(decision: Decision, log: DecidedLog): Outcome {
  switch (decision.kind) {
    case 'refuse':
      return { kind: 'refused', code: decision.code, retryAfterMs: decision.retryAfterMs }
    case 'repeat':
      return { kind: 'repeated', event: log.eventAt(decision.seq) }
    case 'append':
      return { kind: 'appended', events: log.append(decision.bodies) }
  }
}
