import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { clusterAuthorization } from '../../../auth/cluster-key.ts'
import type { LiveVideoEvent } from '../../../domain/event.ts'
import type { LiveVideoId } from '../../../domain/live-video.ts'
import { createHttpServer } from '../../../http/server.ts'
import { eventIntake } from '../../../realtime/event-intake.ts'
import { systemClock } from '../../../system.ts'
import { type BusMetrics, noBusMetrics } from '../../metrics.ts'
import { type DispatchedBus, openDispatchedBus } from '../dispatched-bus.ts'
import type { DispatchedOptions } from '../options.ts'

const secret = 'the secret of the cluster in tests'
export const authorization = clusterAuthorization(secret)

/** Counts all that a bus tells. */
export class Counts implements BusMetrics {
  /** Events of each request that a node took. */
  readonly requests: number[] = []
  droppedEvents = 0
  receivedEvents = 0
  wantedEvents = 0

  published(events: number): void {
    this.requests.push(events)
  }

  dropped(events: number): void {
    this.droppedEvents += events
  }

  received(events: number, wanted: number): void {
    this.receivedEvents += events
    this.wantedEvents += wanted
  }

  subscribed(): void {}
  unsubscribed(): void {}
}

const common = { clock: systemClock, random: Math.random, authorization }

export interface CommentsEnd extends AsyncDisposable {
  bus: DispatchedBus
  counts: Counts
  /** Each once, however often it came. */
  reports: string[]
}

export type Route = (liveVideoId: LiveVideoId) => readonly string[]

/** A bus that only publishes. */
export function commentsEnd(route: Route, options: Partial<DispatchedOptions> = {}): CommentsEnd {
  const [counts, reports] = [new Counts(), [] as string[]]
  const report = ({ message }: Error) => reports.includes(message) || reports.push(message)
  const bus = openDispatchedBus({ ...common, route, self: () => 'none', report, metrics: counts, options })
  return { bus, counts, reports, [Symbol.asyncDispose]: () => bus.close() }
}

export interface RealtimeEnd extends AsyncDisposable {
  url: string
  bus: DispatchedBus
  counts: Counts
  received: LiveVideoEvent[]
  /** Open connections of others to it. */
  connections(): Promise<number>
}

/** A bus that only receives, behind the real HTTP server. @param port 0 takes a free one */
export async function realtimeEnd(port = 0, wanted = authorization): Promise<RealtimeEnd> {
  const [counts, received] = [new Counts(), [] as LiveVideoEvent[]]
  const parts = { ...common, route: () => [], report: () => {}, metrics: counts }
  const bus = openDispatchedBus({ ...parts, self: () => 'none' })
  bus.onEvents((events) => received.push(...events))
  const app = await createHttpServer(pino({ level: 'silent' }), () => false)
  await eventIntake(app, bus.receiver, wanted)
  await app.listen({ host: '127.0.0.1', port })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return {
    url,
    bus,
    counts,
    received,
    connections: () =>
      new Promise((resolve, reject) =>
        app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async [Symbol.asyncDispose]() {
      app.server.closeAllConnections()
      await app.close()
      await bus.close()
    },
  }
}

/** Both halves in one process, which all live videos belong to. */
export const wholeBus = (): DispatchedBus =>
  openDispatchedBus({
    ...common,
    route: () => ['http://self'],
    self: () => 'http://self',
    report: () => {},
    metrics: noBusMetrics,
  })
