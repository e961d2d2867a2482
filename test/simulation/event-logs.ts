import type { Command, Outcome } from '../../src/domain/command.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'
import type { LiveVideoId } from '../../src/domain/live-video.ts'
import { type Epoch, markOf, type Position } from '../../src/domain/position.ts'
import { EventLog } from './event-log.ts'

const firstIncarnation = 'first'

/** All event logs of a simulated world: what stays when nodes crash. */
export class EventLogs {
  readonly #byVideo = new Map<LiveVideoId, EventLog[]>()
  readonly #byEpoch = new Map<Epoch, EventLog[]>()
  readonly #newEpoch: () => Epoch
  readonly #accept: (command: Command) => Command
  /** Another one whenever the store was started anew. */
  incarnation = firstIncarnation
  /** No event is larger than this as a viewer gets it. */
  largestBytes = 0

  /** @param accept changes a command on its way in: for what is wrong on purpose */
  constructor(newEpoch: () => Epoch, accept: (command: Command) => Command = (command) => command) {
    this.#newEpoch = newEpoch
    this.#accept = accept
  }

  /** The log of a live video as it is now; empty while nothing was appended. */
  current(liveVideoId: LiveVideoId): EventLog {
    return this.generations(liveVideoId).at(-1) ?? this.beginAnew(liveVideoId)
  }

  /** Every log that a live video has had, the oldest first. */
  generations(liveVideoId: LiveVideoId): readonly EventLog[] {
    return this.#byVideo.get(liveVideoId) ?? []
  }

  all(): EventLog[] {
    return [...this.#byEpoch.values()].flat()
  }

  /** The newest, where it went back. */
  ofEpoch(epoch: Epoch | null): EventLog | undefined {
    return this.branchesOf(epoch).at(-1)
  }

  /** A log that went back has several courses, which begin with the same events; the oldest first. */
  branchesOf(epoch: Epoch | null): readonly EventLog[] {
    return (epoch !== null && this.#byEpoch.get(epoch)) || []
  }

  /** Those of them that have the event that a position names. */
  branchesWith({ epoch, seq, mark }: Position): EventLog[] {
    return this.branchesOf(epoch).filter(({ written }) => {
      const event = written[seq - 1]
      return seq === 0 || (event !== undefined && (mark === undefined || mark === markOf(event.at)))
    })
  }

  get wereRestored(): boolean {
    return this.incarnation !== firstIncarnation
  }

  wentBack({ epoch }: EventLog): boolean {
    return this.branchesOf(epoch).length > 1
  }

  /** As it was appended, whatever became of it; in each course of the log. */
  written(position: Position): LiveVideoEvent[] {
    return this.branchesWith(position).flatMap(({ written }) => written[position.seq - 1] ?? [])
  }

  /** The store is restored: a live video's newest events are lost, and others come in their place. */
  goBack(liveVideoId: LiveVideoId, lost: number): EventLog {
    const { events } = this.current(liveVideoId)
    this.incarnation = this.#newEpoch()
    if (lost >= events.length) return this.beginAnew(liveVideoId)
    return this.#add(liveVideoId, this.current(liveVideoId).asItWas(events.length - lost))
  }

  /** @param at the store's clock */
  append(commands: Command[], at: number): Outcome[] {
    for (const command of commands) if (command.kind === 'create') this.#measure(command.text)
    return commands.map((command) => this.current(command.liveVideoId).execute(this.#accept(command), at))
  }

  #measure(text: string): void {
    // What stands around a text: the id, the names, and who wrote it.
    this.largestBytes = Math.max(this.largestBytes, 300 + Buffer.byteLength(JSON.stringify(text)))
  }

  /** The live video's log is lost, and another one takes its place. */
  beginAnew(liveVideoId: LiveVideoId): EventLog {
    return this.#add(liveVideoId, new EventLog(liveVideoId, this.#newEpoch()))
  }

  #add(liveVideoId: LiveVideoId, log: EventLog): EventLog {
    this.#byVideo.set(liveVideoId, [...this.generations(liveVideoId), log])
    this.#byEpoch.set(log.epoch, [...this.branchesOf(log.epoch), log])
    return log
  }
}
