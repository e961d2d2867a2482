import type { Command, Outcome } from '../../src/domain/command.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'
import type { LiveVideoId } from '../../src/domain/live-video.ts'
import type { Epoch, Position } from '../../src/domain/position.ts'
import { EventLog } from './event-log.ts'

/** All event logs of a simulated world: what stays when nodes crash. */
export class EventLogs {
  readonly #byVideo = new Map<LiveVideoId, EventLog[]>()
  readonly #byEpoch = new Map<Epoch, EventLog>()
  readonly #newEpoch: () => Epoch
  readonly #accept: (command: Command) => Command
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
    return [...this.#byEpoch.values()]
  }

  ofEpoch(epoch: Epoch | null): EventLog | undefined {
    return epoch === null ? undefined : this.#byEpoch.get(epoch)
  }

  /** As it was appended, whatever became of it. */
  written({ epoch, seq }: Position): LiveVideoEvent | undefined {
    return this.ofEpoch(epoch)?.written[seq - 1]
  }

  append(commands: Command[]): Outcome[] {
    for (const command of commands) if (command.kind === 'create') this.#measure(command.text)
    return commands.map((command) => this.current(command.liveVideoId).execute(this.#accept(command)))
  }

  #measure(text: string): void {
    // What stands around a text: the id, the names, and who wrote it.
    this.largestBytes = Math.max(this.largestBytes, 300 + Buffer.byteLength(JSON.stringify(text)))
  }

  /** The live video's log is lost, and another one takes its place. */
  beginAnew(liveVideoId: LiveVideoId): EventLog {
    const log = new EventLog(liveVideoId, this.#newEpoch())
    this.#byVideo.set(liveVideoId, [...this.generations(liveVideoId), log])
    this.#byEpoch.set(log.epoch, log)
    return log
  }
}
