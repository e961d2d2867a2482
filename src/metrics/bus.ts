import { Counter, type Registry } from 'prom-client'
import type { BusMetrics } from '../bus/metrics.ts'

/** Of the received events those that nobody here asked for are the waste of the way they came. */
export function busMetrics(registry: Registry): BusMetrics {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] })
  const published = counter('chorus_bus_published_events_total', 'Events handed to the bus')
  const publishedBytes = counter('chorus_bus_published_bytes_total', 'Bytes handed to the bus')
  const dropped = counter('chorus_bus_dropped_events_total', 'Events that the bus could not take')
  const received = counter('chorus_bus_received_events_total', 'Events that the bus brought')
  const wantedEvents = counter('chorus_bus_wanted_events_total', 'Of these, those of live videos asked for')
  const receivedBytes = counter('chorus_bus_received_bytes_total', 'Bytes that the bus brought')
  const subscribes = counter('chorus_bus_subscribe_calls_total', 'Calls that ask the bus for channels')
  const unsubscribes = counter('chorus_bus_unsubscribe_calls_total', 'Calls that let go of channels')
  return {
    published(events, bytes) {
      published.inc(events)
      publishedBytes.inc(bytes)
    },
    dropped: (events) => dropped.inc(events),
    received(events, wanted, bytes) {
      received.inc(events)
      wantedEvents.inc(wanted)
      receivedBytes.inc(bytes)
    },
    subscribed: () => subscribes.inc(),
    unsubscribed: () => unsubscribes.inc(),
  }
}
