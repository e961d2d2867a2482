import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { uuidv7 } from 'uuidv7'
import { Tickets } from './auth/tickets.ts'
import { type TokenKey, tokenVerifier } from './auth/tokens.ts'
import { memoryBus } from './bus/memory-bus.ts'
import { CommentService } from './comments/comment-service.ts'
import { GroupCommit } from './comments/group-commit.ts'
import { postAllowance } from './comments/post-limit.ts'
import { commentRoutes } from './comments/routes.ts'
import type { Config } from './config.ts'
import { readDemoSecret } from './demo-secret.ts'
import { dispatcherRoutes } from './dispatcher/routes.ts'
import { ChorusError } from './domain/errors.ts'
import { every, jittered } from './domain/time.ts'
import { demoTokenRoute } from './gateway/demo-tokens.ts'
import { describeRoutes, openApiRoute } from './gateway/openapi.ts'
import { pages } from './gateway/pages.ts'
import { operationsRoutes } from './http/operations.ts'
import { createHttpServer } from './http/server.ts'
import { createMetrics } from './metrics.ts'
import { defaultRealtimeOptions } from './realtime/options.ts'
import { RealtimeNode } from './realtime/realtime-node.ts'
import { Replays } from './realtime/replays.ts'
import { realtimeRoutes } from './realtime/routes.ts'
import { StreamLimit } from './realtime/stream-limit.ts'
import { memoryRegistry } from './registry/memory-registry.ts'
import { openEmbeddedStore } from './store/embedded/embedded-store.ts'
import { systemClock } from './system.ts'

export interface RunningChorus {
  /** Where it listens. */
  url: string
  demo: boolean
  /** Resolves when something broke that only a new process can mend. */
  failed: Promise<Error>
  /** Finishes the commits, ends the streams with a jittered `retry`, and lets go of everything; once, however often called. */
  stop(): Promise<void>
}

const loadReportMs = 2_000
const largestVideosReported = 20
const lastBytesMsMax = 2_000

/** The composition root: makes the adapters that the configuration names and hands them to the services. */
export async function startChorus(config: Config, version: string): Promise<RunningChorus> {
  const clock = systemClock
  const random = Math.random
  const logger = pino({ level: config.logLevel }, pino.destination(2))
  const metrics = createMetrics()
  const failed = Promise.withResolvers<Error>()
  const store = await openEmbeddedStore(config.storeFolder, failed.resolve)
  const bus = memoryBus()
  const registry = memoryRegistry()

  const demoSecret = config.tokenKey === null ? readDemoSecret(config.storeFolder, true) : null
  const key: TokenKey = config.tokenKey ?? { kind: 'secret', secret: demoSecret ?? '' }
  const { tokenIssuer: issuer, tokenAudience: audience } = config
  const verify = tokenVerifier(key, { ...(issuer && { issuer }), ...(audience && { audience }) })
  const tickets = new Tickets(key.kind === 'secret' ? key.secret : randomBytes(32).toString('hex'), clock)

  const commit = new GroupCommit(store, bus, clock, metrics.comments)
  const allowance = postAllowance(config.postLimit)
  const service = new CommentService({
    commit,
    allowance,
    newCommentId: uuidv7,
    clock,
    metrics: metrics.comments,
  })

  const options = defaultRealtimeOptions
  const replays = new Replays(store, metrics.realtime, options)
  const report = (error: unknown) => logger.error({ err: causeOf(error) }, 'a stream could not be served')
  const realtime = { reader: store, replays, clock, random, metrics: metrics.realtime, options, report }
  const node = new RealtimeNode(realtime, bus)

  let stopping = false
  const app = await createHttpServer(logger, () => stopping)
  await describeRoutes(app, version)
  const checkReady = async () => {
    if (stopping) throw new ChorusError('stopping')
    await store.readHeads([])
  }
  commentRoutes(app, { service, store, verify })
  const streamLimit = new StreamLimit(config.streamLimit)
  realtimeRoutes(app, { node, reader: store, verify, tickets, streamLimit, stopping: () => stopping })
  dispatcherRoutes(app, registry)
  if (demoSecret !== null) demoTokenRoute(app, demoSecret, clock)
  operationsRoutes(app, { checkReady, metrics: metrics.text })
  openApiRoute(app)
  await pages(app)

  const url = await listen()
  const lease = await registry.join({ url: config.nodeUrl ?? url, roles: [...config.roles] })
  const reportLoad = () =>
    lease.report({ viewers: node.viewers, liveVideos: node.largest(largestVideosReported) }).catch(report)
  const stopReports = every(
    clock,
    () => jittered(loadReportMs, random),
    () => void reportLoad(),
  )
  logger.info({ url, demo: demoSecret !== null, version }, 'started')

  async function listen(): Promise<string> {
    await app.listen({ port: config.port, host: config.host })
    const { port } = app.server.address() as AddressInfo
    return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
  }

  /** Gives the last bytes time to leave; who does not take them is cut off. */
  async function closeServer(): Promise<void> {
    const cutOff = setTimeout(() => app.server.closeAllConnections(), lastBytesMsMax)
    await app.close()
    clearTimeout(cutOff)
  }

  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= stopAll()
    return stopped
  }

  async function stopAll(): Promise<void> {
    stopping = true
    logger.info('stopping')
    stopReports()
    await lease.leave()
    await commit.idle()
    node.stop()
    await closeServer()
    await Promise.all([bus.close(), registry.close(), store.close()])
    logger.info('stopped')
  }

  return { url, demo: demoSecret !== null, failed: failed.promise, stop }
}

/** What went wrong underneath, which the error that a client sees does not tell. */
const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause) || error
