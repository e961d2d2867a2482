import type { LiveVideoId } from '../../domain/live-video.ts'
import type { Bus } from '../bus.ts'
import type { LinkParts } from './link.ts'
import { Links } from './links.ts'
import { type DispatchedOptions, defaultDispatchedOptions } from './options.ts'
import { type Parcel, parcelOf } from './parcel.ts'
import { Receiver } from './receiver.ts'

export interface DispatchedBusParts extends Omit<LinkParts, 'options'> {
  /** URLs of the realtime nodes that are to have the events of a live video right now; the bus knows nothing else of placement. */
  route(liveVideoId: LiveVideoId): readonly string[]
  /** This process's own URL: what is routed there is handed over in the same turn. */
  self(): string
  options?: Partial<DispatchedOptions>
}

export interface DispatchedBus extends Bus {
  /** To be put behind an address, where this process is a realtime node. */
  readonly receiver: Receiver
}

/**
 * Posts events straight to the realtime nodes of their live video, and so to no others. A node that does not take them is
 * tried again for some seconds; each time the route is looked up anew, because the node may have lost the live video.
 */
export function openDispatchedBus(parts: DispatchedBusParts): DispatchedBus {
  const { route, self, clock, report, metrics } = parts
  const options = { ...defaultDispatchedOptions, ...parts.options }
  const receiver = new Receiver(metrics, report)
  const links = new Links({ ...parts, options }, readdress)

  /** Sends each to the nodes of its live video that it was not sent to yet. */
  function forward(parcels: Parcel[]): void {
    const byNode = new Map<string, Parcel[]>()
    for (const parcel of parcels)
      for (const url of route(parcel.event.liveVideoId)) {
        if (parcel.addressed.has(url)) continue
        parcel.addressed.add(url)
        const group = byNode.get(url)
        if (group) group.push(parcel)
        else byNode.set(url, [parcel])
      }
    const here = byNode.get(self()) ?? []
    byNode.delete(self())
    for (const [url, group] of byNode) links.send(url, group)
    receiver.hand(here.map(({ event }) => event))
  }

  function readdress(parcels: Parcel[], url: string): Parcel[] {
    forward(parcels)
    return parcels.filter(({ event, addressed }) => {
      const nodes = route(event.liveVideoId)
      // While nobody has the live video, the one who had it may come back.
      if (nodes.length === 0 || nodes.includes(url)) return true
      addressed.delete(url)
      return false
    })
  }

  return {
    receiver,
    publish(events) {
      const now = clock.elapsed()
      const parcels = events.map((event) => parcelOf(event, now))
      forward(parcels)
      const nowhere = parcels.filter(({ addressed }) => addressed.size === 0).length
      if (nowhere === 0) return
      metrics.dropped(nowhere)
      report(new Error('events were published before it was known which nodes serve their live videos'))
    },
    onEvents(listener) {
      receiver.listener = listener
    },
    async subscribe(liveVideoId) {
      receiver.wanted.add(liveVideoId)
    },
    async unsubscribe(liveVideoId) {
      receiver.wanted.delete(liveVideoId)
    },
    // Who lost events is the other end, and the next event shows most of the holes: the check of the heads is enough.
    onInterrupted() {},
    async close() {
      await links.close()
      receiver.wanted.clear()
    },
  }
}
