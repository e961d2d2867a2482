import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { defaultPaces, Leader } from '../dispatcher/leader.ts'
import { Lifelines } from '../dispatcher/lifelines.ts'
import { noNews } from '../dispatcher/news.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Clerk } from '../placement/clerk.ts'
import { followAssignment } from '../placement/follow.ts'
import { defaultRebalanceOptions } from '../placement/rebalance/options.ts'
import type { Placement } from '../realtime/placement.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import { systemClock } from '../system.ts'
import { dispatcherLog } from './dispatcher-log.ts'
import { askAssignment } from './peers.ts'

export interface PlacingParts {
  config: Config
  registry: NodeRegistry
  clerk: Clerk
  self: string
  metrics: Metrics
  logger: Logger
  /** Called when this process begins or ceases to lead. */
  onLead: () => void
}

/** Keeps the clerk up to date, and where the process is a dispatcher takes part in making what the clerks follow. */
export function startPlacing({ config, registry, clerk, self, metrics, logger, onLead }: PlacingParts) {
  const report = (error: unknown) =>
    logger.warn({ err: error }, 'the assignment could not be kept up to date')
  const common = { registry, clerk, clock: systemClock, random: Math.random, self, report }
  const unfollow = followAssignment({ ...common, peers: config.peers, askPeer: askAssignment })
  const leader = config.roles.includes('dispatcher')
    ? new Leader({
        ...common,
        metrics: {
          ...metrics.dispatcher,
          leading(leads) {
            metrics.dispatcher.leading(leads)
            onLead()
          },
        },
        // Of workers that come and go this process tells itself.
        news: config.registry.kind === 'memory' ? noNews : dispatcherLog(logger),
        paces: { ...defaultPaces, returnMs: returnMsOf(config) },
        lifelines: (onChange) => lifelinesOf(config, onChange),
        rebalance: { ...defaultRebalanceOptions, liveVideoViewersMax: config.spreadAbove },
      })
    : null
  return {
    get leading() {
      return leader?.leading ?? false
    },
    /** URLs of nodes that this process, where it leads, cannot reach. */
    get unreached() {
      return leader?.unreached ?? []
    },
    async stop() {
      unfollow()
      await leader?.stop()
    },
  }
}

/** The processes of one machine are not asked whether they can be reached: `CHORUS_NODE_URL` may be for others. */
function lifelinesOf({ registry }: Config, onChange: () => void) {
  const lifelines = new Lifelines({ clock: systemClock, random: Math.random, onChange })
  return {
    follow: (urls: readonly string[]) => lifelines.follow(urls),
    isDead: (url: string) => lifelines.isDead(url),
    isReached: (url: string) => registry.kind === 'memory' || lifelines.isReached(url),
  }
}

/** In one process nobody else can come back. */
const returnMsOf = ({ registry }: Config): number =>
  registry.kind === 'memory' ? 0 : registry.sessionTimeoutMs + 1_000

/** What a realtime node is told, out of what the clerk knows. */
export const placementOf = (clerk: Clerk, self: () => string): Placement => ({
  shareOf: (liveVideoId) => clerk.shareOf(self(), liveVideoId),
  viewersOf: (liveVideoId) => clerk.viewersOf(liveVideoId),
  isShared: (liveVideoId) => clerk.isSpread(liveVideoId),
  onChange: (listener) => clerk.onChange(listener),
})
