import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Config, Role } from '../config/config.ts'
import { clientReader, lineReader } from '../http/client.ts'
import { streamCors } from '../http/cors.ts'
import { limitDescriptors, readDescriptorLimit } from '../http/descriptor-limit.ts'
import { listenInternally } from '../http/internal-port.ts'
import { lateAnswers } from '../http/late-answer.ts'
import { listen, serversBeside } from '../http/listen.ts'
import { createHttpServer } from '../http/server.ts'
import { Turns } from '../http/turns.ts'
import type { Calls } from '../ipc/calls.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { Clerk } from '../placement/clerk.ts'
import { systemClock } from '../system.ts'
import { describeCluster } from './cluster-check.ts'
import { Directions } from './directions.ts'
import { openBus, openRegistry, openStore, requireAddresses } from './engines.ts'
import { makeKeys } from './keys.ts'
import { makeLogger } from './logger.ts'
import { Membership } from './membership.ts'
import { ownAddresses } from './own-addresses.ts'
import { learnMembers } from './peers.ts'
import { placementOf, startPlacing } from './placing.ts'
import { readinessChecks } from './readiness.ts'
import { putRoutes } from './routes.ts'
import { checkOwnUrl } from './self-check.ts'
import { makeComments, makeRealtime } from './services.ts'
import { closeServer, drain, takeLeave } from './stopping.ts'
import { Workers } from './workers.ts'

export interface RunningChorus {
  /** Where it listens. */
  url: string
  /** Where others reach it. */
  nodeUrl: string
  demo: boolean
  /** Serves a connection that another process has accepted, and read so much of. */
  serveConnection(socket: Socket, firstBytes: Buffer): void
  /** Resolves when something broke that only a new process can mend. */
  failed: Promise<Error>
  /**
   * Moves the viewers away where somebody can take them, finishes the commits, ends the streams with a jittered `retry`,
   * and lets go of everything; once, however often called.
   */
  stop(): Promise<void>
}

/**
 * The composition root: makes the adapters that the configuration names and hands them to the services.
 * @param parent for a worker: the process that started it
 */
export async function startChorus(
  whole: Config,
  version: string,
  parent: Calls | null = null,
): Promise<RunningChorus> {
  const config = ownPart(whole)
  requireAddresses(config)
  const { logger, output } = makeLogger(config.logLevel)
  const metrics = createMetrics()
  const failed = Promise.withResolvers<Error>()
  const has = (role: Role) => config.roles.includes(role)
  let [self, leaving, stopping] = ['', false, false]
  let workers: Workers | null = null
  let registered = () => false

  const registry = await openRegistry(config, parent, logger)
  const clerk = new Clerk(systemClock, Math.random)
  const keys = makeKeys(config, logger)
  const { clusterSecret } = keys
  const { bus, receiver } = await openBus({
    config,
    clerk,
    self: () => self,
    clusterSecret,
    metrics: metrics.bus,
    logger,
  })
  const storeFailed = ({ message }: Error) => failed.resolve(new Error(`the store has failed: ${message}`))
  const store = await openStore(config, parent, storeFailed, logger, metrics.store)
  const placement = placementOf(clerk, () => self)
  const comments =
    has('comments') && store?.comments ? makeComments(config, store.comments, bus, metrics) : null
  const realtime =
    has('realtime') && store ? makeRealtime({ reader: store.reader, bus, placement, metrics, logger }) : null
  const node = realtime?.node ?? null
  const alone = config.registry.kind === 'memory' && config.workers === 1
  const places = new Directions({ registry, clerk, self: () => self, clock: systemClock, alone })

  const gateways = parent ? ownAddresses() : []
  const turns = new Turns({
    clock: systemClock,
    lineOf: lineReader(config.trustProxy, gateways),
    answerLate: lateAnswers(streamCors(config.corsOrigins), Math.random),
    metrics: metrics.turns,
  })
  const app = await createHttpServer(logger, () => stopping, config.corsOrigins, { turns })
  // While draining, `connection: close` makes keep-alive clients move away.
  app.addHook('onSend', async (_, reply) => void (leaving && reply.header('connection', 'close')))
  const nodeId = randomUUID()
  await putRoutes(app, {
    config,
    version,
    nodeId,
    keys,
    clientOf: clientReader(config.trustProxy, gateways),
    turns,
    store,
    registry,
    clerk,
    places,
    comments,
    node,
    receiver,
    metrics,
    stopping: () => stopping,
    giveToWorker: (...connection) => workers?.give(...connection) ?? false,
    checks: readinessChecks({
      config,
      store,
      registry,
      places,
      stopping: () => stopping,
      registered: () => registered(),
      placed: () => clerk.assignment?.nodes.includes(self) ?? true,
      workersServe: () => workers?.serve ?? false,
    }),
  })
  const descriptors = readDescriptorLimit()
  limitDescriptors(app.server, {
    clock: systemClock,
    limit: descriptors,
    began: (limit) =>
      logger.error(
        { about: 'connections', limit },
        'connections are refused: file descriptors are used up; raise the limit (ulimit -n)',
      ),
    over: (refused) => logger.info({ about: 'connections', refused }, 'connections are no longer refused'),
  })
  const others = serversBeside(app)
  const internalUrl = await listenInternally(app, others, config)
  const url = await listen(app, others, { ...config, descriptors })
  self = config.nodeUrl ?? internalUrl ?? url
  const load = () => ({
    ...realtime?.load(),
    leading: placing.leading,
    unreached: placing.unreached,
  })
  const cluster = await describeCluster(config, store?.reader ?? null)
  const membership = await Membership.join({ config, registry, self, load, logger, cluster })
  registered = () => membership.wasHeld
  if (config.registry.kind !== 'memory') void checkOwnUrl({ self, nodeId, logger, failed: failed.resolve })
  const onLead = () => void membership.tell()
  const placing = startPlacing({ config, registry, clerk, self, metrics, logger, onLead })
  const { peers } = config
  const forgetPeers = learnMembers({ registry, places, peers, self, clock: systemClock, random: Math.random })
  workers = makeWorkers()
  await workers?.start()
  const demo = keys.demoSecret !== null
  logger.info({ url, self, demo, version, roles: config.roles }, 'started')

  function makeWorkers(): Workers | null {
    if (config.workers === 1) return null
    const port = Number(new URL(url).port)
    return new Workers({
      config,
      port,
      version,
      clusterSecret,
      registry,
      clerk,
      store,
      logger,
      output,
      clock: systemClock,
    })
  }

  async function stopAll(): Promise<void> {
    logger.info('stopping')
    await workers?.stop()
    await drain({ config, registry, membership, node, self })
    leaving = true
    await takeLeave({ config, membership })
    stopping = true
    await placing.stop()
    await comments?.commit.idle()
    const streamsEnded = node?.stop()
    forgetPeers()
    places.stop()
    await closeServer(app, node, streamsEnded)
    await Promise.all([bus.close(), registry.close(), store?.close()])
    logger.info('stopped')
  }

  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= stopAll()
    return stopped
  }
  const serveConnection = (socket: Socket, firstBytes: Buffer) => {
    socket.unshift(firstBytes)
    app.server.emit('connection', socket)
  }
  return { url, nodeUrl: self, demo, serveConnection, failed: failed.promise, stop }
}

/** With workers, the parent runs every role but realtime, and uses the dispatched bus instead of one in its memory. */
function ownPart(config: Config): Config {
  if (config.workers === 1) return config
  const bus = config.bus.kind === 'memory' ? ({ kind: 'dispatched' } as const) : config.bus
  return { ...config, bus, roles: config.roles.filter((role) => role !== 'realtime') }
}
