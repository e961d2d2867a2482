import { Counter, Gauge, type Registry } from 'prom-client'
import type { GatewayMetrics } from '../gateway/metrics.ts'

export function gatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry]
  const streams = new Gauge({
    name: 'chorus_gateway_streams',
    help: 'Open streams of other nodes that go through this gateway',
    registers,
  })
  const unreachable = new Counter({
    name: 'chorus_gateway_unreachable_total',
    help: 'Requests and streams for which no node could be reached',
    labelNames: ['kind'],
    registers,
  })
  return {
    streamsChanged: (by) => streams.inc(by),
    unreachable: (kind) => unreachable.inc({ kind }),
  }
}
