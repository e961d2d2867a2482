import type { Config } from '../config/config.ts'
import type { HttpServer } from '../http/server.ts'
import type { RealtimeNode } from '../realtime/realtime-node.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import type { Membership } from './membership.ts'

/** Viewers are moved within some seconds; one who does not let go of an old connection is not waited for. */
const drainMsMax = 15_000
const lookMs = 100
/** Until the gateways have heard that this node left, and requests that they had sent have come. */
const lastRequestsMs = 500
const lastBytesMsMax = 2_000

export interface DrainParts {
  config: Config
  registry: NodeRegistry
  membership: Membership
  node: RealtimeNode | null
  self: string
}

/** Gives the viewers away before stopping, where there is somebody to take them: they notice nothing but a reconnect. */
export async function drain({ config, registry, membership, node, self }: DrainParts): Promise<void> {
  if (config.registry.kind === 'memory') return
  await membership.drain()
  if (!node || !(await hasOthers(registry, self))) return
  for (let waitedMs = 0; node.viewers > 0 && waitedMs < drainMsMax; waitedMs += lookMs) await sleep(lookMs)
}

/** Is no member any more, and answers on until the others have heard. */
export async function takeLeave({
  config,
  membership,
}: Pick<DrainParts, 'config' | 'membership'>): Promise<void> {
  await membership.leave()
  if (config.registry.kind !== 'memory') await sleep(lastRequestsMs)
}

/** Gives the last bytes time to leave; who does not take them is cut off. */
export async function closeServer(
  app: HttpServer,
  node: RealtimeNode | null,
  streamsEnded: Promise<void> | undefined,
): Promise<void> {
  const cutOff = setTimeout(() => {
    app.server.closeAllConnections()
    node?.cutOff()
  }, lastBytesMsMax)
  // Those that another process had accepted are not this server's to wait for.
  await Promise.all([app.close(), streamsEnded])
  clearTimeout(cutOff)
}

async function hasOthers(registry: NodeRegistry, self: string): Promise<boolean> {
  const nodes = await registry.nodes().catch(() => [])
  return nodes.some(({ url, roles, load }) => url !== self && roles.includes('realtime') && !load.draining)
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
