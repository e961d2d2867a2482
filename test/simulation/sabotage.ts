import type { LeaderPaces } from '../../src/dispatcher/leader.ts'
import type { Command } from '../../src/domain/command.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'
import type { Clock, Random } from '../../src/domain/time.ts'
import { Clerk } from '../../src/placement/clerk.ts'
import type { Placement } from '../../src/realtime/placement.ts'

/** What is made wrong on purpose, to see that the checks notice. */
export interface Sabotage {
  /** Every event on its way to a node. */
  carry: (event: LiveVideoEvent) => LiveVideoEvent
  /** The text of every write to a viewer; null: as it is. */
  write: ((text: string) => string) | null
  /** Every command on its way into the log. */
  command: (command: Command) => Command
  /** Whether a node is told that a viewer is gone. */
  tellClosed: boolean
  /** Whether a node sees how much waits for a viewer. */
  showBacklog: boolean
  makeClerk: (clock: Clock, random: Random) => Clerk
  /** What a node is told of where live videos belong. */
  placement: (placement: Placement) => Placement
  paces: (paces: LeaderPaces) => LeaderPaces
  /** Whether the registry lets anybody overwrite anything. */
  ignoreVersions: boolean
  /** Whether nodes tell each other the assignment that they know. */
  askPeers: boolean
}

export const noSabotage: Sabotage = {
  carry: (event) => event,
  write: null,
  command: (command) => command,
  tellClosed: true,
  showBacklog: true,
  makeClerk: (clock, random) => new Clerk(clock, random),
  placement: (placement) => placement,
  paces: (paces) => paces,
  ignoreVersions: false,
  askPeers: true,
}
