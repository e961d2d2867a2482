import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { viewersAddress } from './addresses.ts'

/** What a node tells of itself at /metrics that matters here. */
const names = {
  cpuSeconds: 'process_cpu_seconds_total',
  received: 'chorus_bus_received_events_total',
  wanted: 'chorus_bus_wanted_events_total',
  dropped: 'chorus_bus_dropped_events_total',
  subscribes: 'chorus_bus_subscribe_calls_total',
  unsubscribes: 'chorus_bus_unsubscribe_calls_total',
  repaired: 'chorus_repaired_events_total',
} as const

export type Counters = Record<keyof typeof names, number>

const fields = Object.keys(names) as (keyof Counters)[]

export const noCounters: Counters = Object.freeze(
  Object.fromEntries(fields.map((field) => [field, 0])) as Counters,
)

export const combine = (one: Counters, other: Counters, sign: 1 | -1 = 1): Counters =>
  Object.fromEntries(fields.map((field) => [field, one[field] + sign * other[field]])) as Counters

/** @throws Error when the node does not answer */
export async function readCounters(url: string): Promise<Counters> {
  const lines = (await read(`${url}/metrics`)).split('\n').map((line) => line.split(' '))
  const values = new Map(lines.map(([name = '', value]) => [name, Number(value)]))
  return Object.fromEntries(fields.map((field) => [field, values.get(names[field]) ?? 0])) as Counters
}

function read(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { localAddress: viewersAddress }, (response) => text(response).then(resolve, reject))
      .on('error', reject)
      .end()
  })
}
