import type { RecordsBatch } from '@platformatic/kafka'
import type { FetchResponse, Place } from './kafka-clients.ts'
import { isLeaderMoving, isSessionLost, partitionsOutOfRange } from './kafka-errors.ts'
import type { KafkaWorld } from './kafka-world.ts'

/** A partition that is read. */
interface Cursor {
  readonly partition: number
  /** Of the next record; null while it is being asked for. */
  offset: bigint | null
  /** Whether records may have passed unread, which whoever listens has not been told yet. */
  interrupted: boolean
  /** Resolves when the offset is fixed, or cannot be for now. */
  readonly settled: PromiseWithResolvers<void>
}

type Located = Cursor & { offset: bigint }

const isLocated = (cursor: Cursor): cursor is Located => cursor.offset !== null

export interface RecordListener {
  /** The values of some records, in the order of their partition. */
  records(values: Buffer[]): void
  /** Partitions are read again after a time in which records may have passed unread. */
  interrupted(): void
}

/**
 * Reads partitions from their end on. For each broker one read after the other, of all the partitions that it leads; the
 * offsets are remembered here alone, so that a broker that was away is read on from where it was left.
 */
export class PartitionReader {
  readonly #world: KafkaWorld
  readonly #listener: RecordListener
  readonly #cursors = new Map<number, Cursor>()
  /** The brokers that are read from. */
  readonly #reading = new Set<number>()
  #locating = false

  constructor(world: KafkaWorld, listener: RecordListener) {
    this.#world = world
    this.#listener = listener
  }

  /**
   * Resolves when every record from now on will be read, or when that cannot be promised soon: then `interrupted` is told
   * as soon as it can.
   */
  async follow(partition: number): Promise<void> {
    const cursor = this.#cursors.get(partition) ?? this.#add(partition, false)
    if (isLocated(cursor)) return
    const { clock, options } = this.#world
    const cancel = clock.after(options.waitMsMax, () => this.#giveUp(cursor))
    await cursor.settled.promise
    cancel()
  }

  unfollow(partition: number): void {
    this.#cursors.get(partition)?.settled.resolve()
    this.#cursors.delete(partition)
  }

  /** Follows these and no others, from their end on, whatever was read before. */
  restart(partitions: number[]): void {
    for (const partition of this.#cursors.keys()) this.unfollow(partition)
    for (const partition of partitions) this.#add(partition, true)
  }

  #add(partition: number, interrupted: boolean): Cursor {
    const cursor = { partition, offset: null, interrupted, settled: Promise.withResolvers<void>() }
    this.#cursors.set(partition, cursor)
    void this.#locate()
    return cursor
  }

  #giveUp(cursor: Cursor): void {
    cursor.interrupted = true
    cursor.settled.resolve()
  }

  /** Asks for the offsets of all that have none. Those that come while it asks share the next question. */
  async #locate(): Promise<void> {
    if (this.#locating) return
    this.#locating = true
    await null
    for (let lost = this.#lost(); lost.length > 0 && !this.#world.closed; lost = this.#lost())
      await this.#ask(lost)
    this.#locating = false
    this.#read()
  }

  #lost(): Cursor[] {
    return [...this.#cursors.values()].filter((cursor) => !isLocated(cursor))
  }

  async #ask(lost: Cursor[]): Promise<void> {
    try {
      this.#world.metrics.subscribed(lost.length)
      this.#place(await this.#world.clients.latestOffsets(lost.map(({ partition }) => partition)))
    } catch (error) {
      if (!isLeaderMoving(error)) for (const cursor of lost) this.#giveUp(cursor)
      await this.#world.recover(error)
    }
  }

  #place(places: Place[]): void {
    for (const { partition, offset } of places) {
      const cursor = this.#cursors.get(partition)
      if (!cursor) continue
      cursor.offset ??= offset
      cursor.settled.resolve()
    }
  }

  /** Starts to read from every broker that leads a partition and is not being read from. */
  #read(): void {
    for (const cursor of this.#cursors.values()) {
      const node = this.#leaderOf(cursor)
      if (node !== undefined && isLocated(cursor) && !this.#reading.has(node)) void this.#readFrom(node)
    }
  }

  #leaderOf({ partition }: Cursor): number | undefined {
    return this.#world.topic.view?.leaders[partition]
  }

  async #readFrom(node: number): Promise<void> {
    this.#reading.add(node)
    for (let due = this.#due(node); due.length > 0 && !this.#world.closed; due = this.#due(node))
      await this.#readOnce(node, due)
    this.#reading.delete(node)
  }

  #due(node: number): Located[] {
    return [...this.#cursors.values()].filter(isLocated).filter((cursor) => this.#leaderOf(cursor) === node)
  }

  async #readOnce(node: number, due: Located[]): Promise<void> {
    const topicId = this.#world.topic.view?.id ?? ''
    let response: FetchResponse
    try {
      response = await this.#world.clients.fetch(node, topicId, due)
    } catch (error) {
      return this.#recover(error, due)
    }
    this.#world.succeeded()
    this.#take(response, due)
  }

  #take({ responses }: FetchResponse, due: Located[]): void {
    const partitions = new Map(
      responses.flatMap((topic) =>
        topic.partitions.map((partition) => [partition.partitionIndex, partition]),
      ),
    )
    const values = due
      .filter((cursor) => this.#isFollowed(cursor))
      .flatMap((cursor) => advance(cursor, partitions.get(cursor.partition)?.records ?? []))
    if (values.length > 0) this.#listener.records(values)
    if (due.some(({ interrupted }) => interrupted)) this.#tellInterrupted(due)
  }

  /** It may have been let go of, and even followed anew, while the broker was asked. */
  #isFollowed(cursor: Cursor): boolean {
    return this.#cursors.get(cursor.partition) === cursor
  }

  #tellInterrupted(cursors: Cursor[]): void {
    for (const cursor of cursors) cursor.interrupted = false
    this.#listener.interrupted()
  }

  async #recover(error: unknown, due: Cursor[]): Promise<void> {
    if (isSessionLost(error)) return this.#world.recover(error)
    const lost = new Set(partitionsOutOfRange(error))
    for (const cursor of due) {
      cursor.interrupted = true
      if (lost.has(cursor.partition)) cursor.offset = null
    }
    await this.#world.recover(error)
    if (lost.size > 0) return this.#locate()
    // Leaders may be brokers now that nobody reads from.
    this.#read()
  }
}

/** Moves a cursor past some records. @returns the values of those that it had not passed before */
function advance(cursor: Located, batches: RecordsBatch[]): Buffer[] {
  const values: Buffer[] = []
  for (const { firstOffset, lastOffsetDelta, records } of batches) {
    // A batch may begin before the offset that was asked for.
    for (const { offsetDelta, value } of records)
      if (value && firstOffset + BigInt(offsetDelta) >= cursor.offset) values.push(value)
    const next = firstOffset + BigInt(lastOffsetDelta) + 1n
    if (next > cursor.offset) cursor.offset = next
  }
  return values
}
