import { type Asker, ConcurrencyLimit, ownWork } from '../domain/concurrency-limit.ts'
import { unbounded } from '../domain/fair-queue.ts'
import type { EventReader } from '../store/store.ts'

/**
 * The store as a realtime node reads it: `atOnceMax` reads at a time; first reads for all viewers, then reads for single
 * viewers, whose clients take turns. After a restart thousands come at once, perhaps from one address, and none may be turned
 * away: they wait here, where the number of viewers is the bound, and not in the store's queue, which has a shorter one.
 */
export function pacedReader(reader: EventReader, atOnceMax: number): EventReader {
  const limit = new ConcurrencyLimit({
    runningMax: atOnceMax,
    pagesRunningMax: atOnceMax,
    ...unbounded,
    pagePatience: null,
  })
  const read = <T>(asker: Asker = ownWork, work: () => Promise<T>) => limit.run(asker, work)
  return {
    readEvents: (id, afterSeq, most, asker) =>
      read(asker, () => reader.readEvents(id, afterSeq, most, asker)),
    readHistoryStart: (id, count, asker) => read(asker, () => reader.readHistoryStart(id, count, asker)),
    readHeads: (ids, asker) => read(asker, () => reader.readHeads(ids, asker)),
    readAt: (id, seq, asker) => read(asker, () => reader.readAt(id, seq, asker)),
    readLiveVideo: (id, asker) => read(asker, () => reader.readLiveVideo(id, asker)),
    readStoreId: () => reader.readStoreId(),
    probe: () => reader.probe(),
  }
}
