import type { Random } from '../domain/time.ts'
import type { ClientOf } from '../http/client.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { GatewayMode, GatewayOptions } from './options.ts'
import type { Places } from './places.ts'

export interface GatewayParts {
  places: Places
  mode: GatewayMode
  clientOf: ClientOf
  /** Whether this process is about to stop and takes no new streams. */
  stopping: () => boolean
  random: Random
  metrics: GatewayMetrics
  options: GatewayOptions
}
