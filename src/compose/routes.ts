import type { IncomingHttpHeaders } from 'node:http'
import { clusterAuthorization } from '../auth/cluster-key.ts'
import type { CommentService } from '../comments/comment-service.ts'
import type { GroupCommit } from '../comments/group-commit.ts'
import { commentRoutes } from '../comments/routes.ts'
import type { Config } from '../config/config.ts'
import { assignmentRoute } from '../dispatcher/assignment-route.ts'
import { Directory } from '../dispatcher/directory.ts'
import { placementRoute } from '../dispatcher/placement-route.ts'
import { dispatcherRoutes } from '../dispatcher/routes.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { demoTokenRoute } from '../gateway/demo-tokens.ts'
import { gateway } from '../gateway/gateway.ts'
import { type GiveConnection, handOver } from '../gateway/hand-over.ts'
import { openApiRoute } from '../gateway/openapi.ts'
import { defaultGatewayOptions } from '../gateway/options.ts'
import { pages } from '../gateway/pages.ts'
import type { ClientOf } from '../http/client.ts'
import { streamCors } from '../http/cors.ts'
import { putInFront, type TakeConnection } from '../http/front.ts'
import type { ReadinessCheck } from '../http/readiness.ts'
import type { HttpServer } from '../http/server.ts'
import { statusRoutes } from '../http/status-routes.ts'
import type { Turns } from '../http/turns.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Clerk } from '../placement/clerk.ts'
import { isForwarded } from '../protocol/forwarding.ts'
import { type EventReceiver, eventIntake } from '../realtime/event-intake.ts'
import type { RealtimeNode } from '../realtime/realtime-node.ts'
import { realtimeRoutes } from '../realtime/routes.ts'
import { streamDoor } from '../realtime/stream-door.ts'
import { StreamLimit } from '../realtime/stream-limit.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import { systemClock } from '../system.ts'
import type { Directions } from './directions.ts'
import type { Store } from './engines.ts'
import { interfaceDocument } from './interface-document.ts'
import type { Keys } from './keys.ts'
import { membersRoute } from './peers.ts'

export interface RoutesParts {
  config: Config
  version: string
  /** Tells this process from any other. */
  nodeId: string
  keys: Keys
  clientOf: ClientOf
  turns: Turns
  store: Store | null
  registry: NodeRegistry
  clerk: Clerk
  places: Directions
  /** Null in a process without the role. */
  comments: { service: CommentService; commit: GroupCommit } | null
  node: RealtimeNode | null
  /** What other nodes post events to; null where they come another way. */
  receiver: EventReceiver | null
  metrics: Metrics
  stopping: () => boolean
  /** Gives a viewer to the process on this machine that serves it. */
  giveToWorker: GiveConnection
  checks: readonly ReadinessCheck[]
}

/** Puts the routes of this process's roles on its HTTP server; the gateway's come last and fill what is missing. */
export async function putRoutes(app: HttpServer, parts: RoutesParts): Promise<void> {
  const { config, version, keys, registry, clerk, places, metrics, checks } = parts
  const isGateway = config.roles.includes('gateway')
  await putServices(app, parts)
  if (config.roles.includes('dispatcher')) {
    const directory = new Directory(registry, systemClock, Math.random)
    app.addHook('preClose', async () => directory.stop())
    dispatcherRoutes(app, { clerk, directory, registry })
  }
  if (isGateway || config.roles.includes('dispatcher'))
    placementRoute(app, clerk, config.gateway === 'direct')
  assignmentRoute(app, clerk, parts.nodeId)
  membersRoute(app, places)
  statusRoutes(app, { checks, metrics: metrics.text })
  if (!isGateway) return
  if (keys.demoSecret !== null) demoTokenRoute(app, keys.demoSecret, systemClock)
  openApiRoute(app, await interfaceDocument(version, keys.demoSecret !== null))
  await pages(app, config.gateway)
  await putGateway(app, parts)
}

async function putServices(
  app: HttpServer,
  { config, keys, clientOf, turns, store, comments, node, receiver, places, stopping }: RoutesParts,
): Promise<void> {
  if (comments && store?.comments)
    commentRoutes(app, { service: comments.service, store: store.comments, verify: keys.verify, clientOf })
  if (node && store) {
    const streamLimit = new StreamLimit(config.streamLimit)
    const cors = streamCors(config.corsOrigins)
    const parts = { node, reader: store.reader, ...keys, streamLimit, cors, clientOf, stopping }
    realtimeRoutes(app, parts)
    const isServedHere = (liveVideoId: LiveVideoId, headers: IncomingHttpHeaders) =>
      !config.roles.includes('gateway') ||
      isForwarded(headers) ||
      places.realtimeNodeFor(liveVideoId) === places.self
    putBefore(app, streamDoor({ ...parts, isServedHere, now: systemClock.now }), turns)
    if (receiver) await eventIntake(app, receiver, clusterAuthorization(keys.clusterSecret))
  }
}

async function putGateway(app: HttpServer, parts: RoutesParts): Promise<void> {
  const { config, clientOf, places, metrics, stopping, giveToWorker, turns } = parts
  const options = defaultGatewayOptions
  await gateway(app, {
    places,
    mode: config.gateway,
    clientOf,
    stopping,
    random: Math.random,
    metrics: metrics.gateway,
    options,
  })
  if (config.workers > 1 && config.gateway !== 'accel') putBefore(app, handOver(places, giveToWorker), turns)
}

function putBefore(app: HttpServer, take: TakeConnection, turns: Turns): void {
  const close = putInFront(app.server, take, turns)
  app.addHook('preClose', async () => close())
}
