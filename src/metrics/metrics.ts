import { collectDefaultMetrics, Registry } from 'prom-client'
import type { BusMetrics } from '../bus/metrics.ts'
import type { CommentsMetrics } from '../comments/metrics.ts'
import type { DispatcherMetrics } from '../dispatcher/metrics.ts'
import type { GatewayMetrics } from '../gateway/metrics.ts'
import type { TurnsMetrics } from '../http/turns.ts'
import type { RealtimeMetrics } from '../realtime/metrics.ts'
import type { StoreMetrics } from '../store/metrics.ts'
import { busMetrics } from './bus.ts'
import { commentsMetrics } from './comments.ts'
import { dispatcherMetrics } from './dispatcher.ts'
import { gatewayMetrics } from './gateway.ts'
import { realtimeMetrics } from './realtime.ts'
import { storeMetrics } from './store.ts'
import { turnsMetrics } from './turns.ts'

export interface Metrics {
  comments: CommentsMetrics
  realtime: RealtimeMetrics
  bus: BusMetrics
  dispatcher: DispatcherMetrics
  gateway: GatewayMetrics
  store: StoreMetrics
  turns: TurnsMetrics
  /** Prometheus text. */
  text(): Promise<string>
}

/** All that one process counts, in a registry of its own. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    comments: commentsMetrics(registry),
    realtime: realtimeMetrics(registry),
    bus: busMetrics(registry),
    dispatcher: dispatcherMetrics(registry),
    gateway: gatewayMetrics(registry),
    store: storeMetrics(registry),
    turns: turnsMetrics(registry),
    text: () => registry.metrics(),
  }
}
