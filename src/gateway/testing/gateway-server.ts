import { pino } from 'pino'
import { clientReader } from '../../http/client.ts'
import type { CorsOrigins } from '../../http/cors.ts'
import { createHttpServer, type HttpServer } from '../../http/server.ts'
import type { UnreadAnswersOptions } from '../../http/unread-answers.ts'
import { gateway } from '../gateway.ts'
import { defaultGatewayOptions, type GatewayMode, type GatewayOptions } from '../options.ts'
import type { NodeRole } from '../places.ts'

export interface GatewayServerParts {
  /** Who serves which live video; asked anew for each stream. */
  owner?: (liveVideoId: string) => string | null
  /** The nodes of a role, for requests that any of them can take. */
  nodes?: Partial<Record<NodeRole, string[]>>
  living?: (node: string) => boolean
  mode?: GatewayMode
  options?: Partial<GatewayOptions>
  stopping?: () => boolean
  corsOrigins?: CorsOrigins
  unread?: UnreadAnswersOptions
  /** Routes of the gateway's own process. */
  routes?: (app: HttpServer) => void
}

export interface GatewayServer extends AsyncDisposable {
  url: string
  /** Streams that go through it now. */
  streams: () => number
  unreachable: { request: number; stream: number }
}

export const ownUrl = 'http://gateway.test'

/** A gateway in a process that has nothing else, unless it is given routes. */
export async function startGateway(parts: GatewayServerParts): Promise<GatewayServer> {
  const {
    owner = () => null,
    living = () => true,
    nodes = {},
    mode = 'proxy',
    stopping = () => false,
    routes,
    options,
    unread,
    corsOrigins,
  } = parts
  const [turns, unreachable] = [new Map<NodeRole, number>(), { request: 0, stream: 0 }]
  let streams = 0
  const app = await createHttpServer(pino({ level: 'silent' }), () => false, corsOrigins, { unread })
  routes?.(app)
  await gateway(app, {
    places: {
      self: ownUrl,
      realtimeNodeFor: owner,
      isLiving: living,
      anyNode(role) {
        const [turn, urls] = [turns.get(role) ?? 0, nodes[role] ?? []]
        turns.set(role, turn + 1)
        return urls[turn % urls.length] ?? null
      },
    },
    mode,
    clientOf: clientReader(null),
    stopping,
    random: Math.random,
    metrics: {
      streamsChanged(by) {
        streams += by
      },
      unreachable: (kind) => unreachable[kind]++,
    },
    options: { ...defaultGatewayOptions, ...options },
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, streams: () => streams, unreachable, [Symbol.asyncDispose]: () => app.close() }
}
