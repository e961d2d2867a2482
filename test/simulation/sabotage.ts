import type { Command } from '../../src/domain/command.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'

/** What is made wrong on purpose, to see that the checks notice. */
export interface Sabotage {
  /** Every event on its way to a node. */
  carry: (event: LiveVideoEvent) => LiveVideoEvent
  /** Every write to a viewer. */
  write: (bytes: Buffer) => Buffer
  /** Every command on its way into the log. */
  command: (command: Command) => Command
  /** Whether a node is told that a viewer is gone. */
  tellClosed: boolean
  /** Whether a node sees how much waits for a viewer. */
  showBacklog: boolean
}

export const noSabotage: Sabotage = {
  carry: (event) => event,
  write: (bytes) => bytes,
  command: (command) => command,
  tellClosed: true,
  showBacklog: true,
}
