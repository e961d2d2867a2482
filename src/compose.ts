import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { type Logger, pino } from 'pino'
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
import { createHttpServer, type HttpServer } from './http/server.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { defaultRealtimeOptions } from './realtime/options.ts'
import { RealtimeNode } from './realtime/realtime-node.ts'
import { Replays } from './realtime/replays.ts'
import { realtimeRoutes } from './realtime/routes.ts'
import { StreamLimit } from './realtime/stream-limit.ts'
import { memoryRegistry } from './registry/memory-registry.ts'
import type { Lease } from './registry/registry.ts'
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
  const logger = pino({ level: config.logLevel }, pino.destination(2))
  const metrics = createMetrics()
  const engines = await openEngines(config)
  const keys = makeKeys(config)
  const { commit, service } = makeComments(config, engines, metrics)
  const node = makeRealtime(engines, metrics, logger)

  let stopping = false
  const app = await createHttpServer(logger, () => stopping)
  await describeRoutes(app, version)
  commentRoutes(app, { service, store: engines.store, verify: keys.verify })
  const streamLimit = new StreamLimit(config.streamLimit)
  const { store: reader, registry } = engines
  realtimeRoutes(app, { node, reader, ...keys, streamLimit, stopping: () => stopping })
  dispatcherRoutes(app, registry)
  if (keys.demoSecret !== null) demoTokenRoute(app, keys.demoSecret, systemClock)
  operationsRoutes(app, { checkReady, metrics: metrics.text })
  openApiRoute(app)
  await pages(app)

  const url = await listen(app, config)
  const self = { url: config.nodeUrl ?? url, roles: [...config.roles] }
  const leave = reportLoad(await registry.join(self), node, logger)
  const demo = keys.demoSecret !== null
  logger.info({ url, demo, version }, 'started')

  async function checkReady(): Promise<void> {
    if (stopping) throw new ChorusError('stopping')
    await reader.readHeads([])
  }

  async function stopAll(): Promise<void> {
    stopping = true
    logger.info('stopping')
    await leave()
    await commit.idle()
    node.stop()
    await closeServer(app)
    await engines.close()
    logger.info('stopped')
  }

  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= stopAll()
    return stopped
  }
  return { url, demo, failed: engines.failed, stop }
}

type Engines = Awaited<ReturnType<typeof openEngines>>

async function openEngines(config: Config) {
  const failed = Promise.withResolvers<Error>()
  const store = await openEmbeddedStore(config.storeFolder, failed.resolve)
  const [bus, registry] = [memoryBus(), memoryRegistry()]
  const close = () => Promise.all([bus.close(), registry.close(), store.close()])
  return { store, bus, registry, failed: failed.promise, close }
}

function makeKeys({ tokenKey, tokenIssuer: issuer, tokenAudience: audience, storeFolder }: Config) {
  const demoSecret = tokenKey === null ? readDemoSecret(storeFolder, true) : null
  const key: TokenKey = tokenKey ?? { kind: 'secret', secret: demoSecret ?? '' }
  const verify = tokenVerifier(key, { ...(issuer && { issuer }), ...(audience && { audience }) })
  const ticketSecret = key.kind === 'secret' ? key.secret : randomBytes(32).toString('hex')
  return { demoSecret, verify, tickets: new Tickets(ticketSecret, systemClock) }
}

function makeComments(config: Config, { store, bus }: Engines, metrics: Metrics) {
  const commit = new GroupCommit(store, bus, systemClock, metrics.comments)
  const service = new CommentService({
    commit,
    allowance: postAllowance(config.postLimit),
    newCommentId: uuidv7,
    clock: systemClock,
    metrics: metrics.comments,
  })
  return { commit, service }
}

function makeRealtime({ store: reader, bus }: Engines, { realtime: metrics }: Metrics, logger: Logger) {
  const options = defaultRealtimeOptions
  const replays = new Replays(reader, metrics, options)
  const report = (error: unknown) => logger.error({ err: causeOf(error) }, 'a stream could not be served')
  const random = Math.random
  return new RealtimeNode({ reader, replays, clock: systemClock, random, metrics, options, report }, bus)
}

/** What went wrong underneath, which the error that a client sees does not tell. */
const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause) || error

async function listen(app: HttpServer, { host, port: wanted }: Config): Promise<string> {
  await app.listen({ port: wanted, host })
  const { port } = app.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Tells the others what this node carries, for as long as it holds its lease; returns how to leave. */
function reportLoad(lease: Lease, node: RealtimeNode, logger: Logger): () => Promise<void> {
  const interval = () => jittered(loadReportMs, Math.random)
  const stopReports = every(systemClock, interval, () => {
    const load = { viewers: node.viewers, liveVideos: node.largest(largestVideosReported) }
    lease.report(load).catch((error) => logger.warn({ err: error }, 'the load could not be reported'))
  })
  return async () => {
    stopReports()
    await lease.leave()
  }
}

/** Gives the last bytes time to leave; who does not take them is cut off. */
async function closeServer(app: HttpServer): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), lastBytesMsMax)
  await app.close()
  clearTimeout(cutOff)
}
