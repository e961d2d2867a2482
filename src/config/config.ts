import type { TokenKey } from '../auth/tokens.ts'
import type { PostLimit } from '../comments/post-limit.ts'
import type { BusConfig, RegistryConfig, StoreConfig } from './engines.ts'

export const allRoles = ['comments', 'realtime', 'dispatcher', 'gateway'] as const
export const gatewayModes = ['proxy', 'accel', 'direct'] as const
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type Role = (typeof allRoles)[number]
export type GatewayMode = (typeof gatewayModes)[number]

export interface Config {
  port: number
  /** Where metrics and what nodes ask each other are served; null: on the same port as all else. */
  internalPort: number | null
  host: string
  roles: readonly Role[]
  store: StoreConfig
  bus: BusConfig
  registry: RegistryConfig
  /** Null: made from the host and the port that is listened on. */
  nodeUrl: string | null
  /** Nodes that are asked what they know by one that starts while the registry is away. */
  peers: string[]
  /** Null is demo mode. */
  tokenKey: TokenKey | null
  /** What `iss` and `aud` of a token must be; null is anything. */
  tokenIssuer: string | null
  tokenAudience: string | null
  /** What nodes know each other by, and stream tickets are signed with; null: one that is made up at the start. */
  clusterSecret: string | null
  postLimit: PostLimit | null
  streamLimit: number | null
  /** Pages and states that one client may have waiting. */
  readLimit: number | null
  /** The sites whose pages may use the interface. */
  corsOrigins: '*' | string[]
  /** Addresses and ranges of proxies whose `X-Forwarded-For` is believed; null: nobody's. */
  trustProxy: string[] | null
  gateway: GatewayMode
  /** Viewers of one live video that one node serves before it is spread over several. */
  spreadAbove: number
  workers: number
  logLevel: string
}
