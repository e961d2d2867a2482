import type { LiveVideoId } from '../domain/live-video.ts'
import type { Bus, EventListener } from './bus.ts'

/** The bus of one process: hands each batch over in the same turn, by reference. Loses nothing. */
export function memoryBus(): Bus {
  const subscribed = new Set<LiveVideoId>()
  let listener: EventListener = () => {}
  return {
    publish(events) {
      const wanted = events.filter((event) => subscribed.has(event.liveVideoId))
      if (wanted.length > 0) listener(wanted)
    },
    onEvents(next) {
      listener = next
    },
    async subscribe(liveVideoId) {
      subscribed.add(liveVideoId)
    },
    async unsubscribe(liveVideoId) {
      subscribed.delete(liveVideoId)
    },
    onInterrupted() {},
    async close() {
      subscribed.clear()
      listener = () => {}
    },
  }
}
