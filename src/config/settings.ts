export interface Setting {
  /** Name of the environment variable. The flag is the same in small letters: `CHORUS_POST_LIMIT`, `--post-limit`. */
  variable: string
  /** Empty: unset, and `unset` says what that means. */
  default: string
  unset?: string
  help: string
  /** It may hold a password: it is never repeated, and can be read from a file. */
  secret?: true
}

const own = [
  { variable: 'CHORUS_PORT', default: '8080', help: 'port to listen on; 0 takes a free one' },
  {
    variable: 'CHORUS_PORT_INTERNAL',
    default: '',
    unset: 'the same',
    help: 'port that alone serves /metrics and /v1/internal',
  },
  { variable: 'CHORUS_HOST', default: '127.0.0.1', help: 'address to listen on' },
  {
    variable: 'CHORUS_ROLES',
    default: 'comments,realtime,dispatcher,gateway',
    help: 'what this process runs',
  },
  {
    variable: 'CHORUS_STORE',
    default: './data',
    help: 'folder of the embedded store, or postgres://…',
    secret: true,
  },
  {
    variable: 'CHORUS_BUS',
    default: 'memory:',
    help: 'how events reach the realtime nodes: memory:, dispatched:, redis://…, kafka://…',
    secret: true,
  },
  {
    variable: 'CHORUS_REGISTRY',
    default: 'memory:',
    help: 'how nodes know each other: memory:, or zookeeper://host:2181/chorus',
    secret: true,
  },
  {
    variable: 'CHORUS_NODE_URL',
    default: '',
    unset: 'from host and port',
    help: 'address at which others reach this node',
  },
  {
    variable: 'CHORUS_PEERS',
    default: '',
    unset: 'none',
    help: 'other nodes, with commas: a node that starts while the registry is away asks them for the assignment',
  },
  {
    variable: 'CHORUS_JWT_SECRET',
    default: '',
    unset: 'demo mode',
    help: 'secret of HS256 tokens, 32 characters or more',
    secret: true,
  },
  {
    variable: 'CHORUS_JWKS_URL',
    default: '',
    unset: 'demo mode',
    help: 'public keys of RS256, ES256 or EdDSA tokens',
  },
  { variable: 'CHORUS_JWT_ISSUER', default: '', unset: 'any', help: 'the iss that tokens must have' },
  { variable: 'CHORUS_JWT_AUDIENCE', default: '', unset: 'any', help: 'the aud that tokens must have' },
  {
    variable: 'CHORUS_CLUSTER_SECRET',
    default: '',
    unset: 'the secret of the tokens',
    help: 'authenticates the nodes to each other, 32 characters or more',
    secret: true,
  },
  {
    variable: 'CHORUS_POST_LIMIT',
    default: '10/10s',
    help: 'comments and removals of one author in any such time, or off',
  },
  { variable: 'CHORUS_STREAM_LIMIT', default: 'off', help: 'open streams of one client address, or off' },
  {
    variable: 'CHORUS_READ_LIMIT',
    default: '200',
    help: 'pages and states that one client may have waiting for the store, or off',
  },
  {
    variable: 'CHORUS_TRUST_PROXY',
    default: '',
    unset: 'none',
    help: 'proxies in front whose X-Forwarded-For is believed: addresses or ranges, with commas',
  },
  {
    variable: 'CHORUS_CORS_ORIGINS',
    default: '*',
    help: 'sites whose pages may use the interface: * (any, without cookies), none, or origins, with commas',
  },
  { variable: 'CHORUS_WORKERS', default: '1', help: 'realtime processes on this machine' },
  {
    variable: 'CHORUS_GATEWAY',
    default: 'proxy',
    help: 'what carries the streams of other nodes: proxy (the gateway), accel (nginx), direct (the SDK goes there)',
  },
  {
    variable: 'CHORUS_SPREAD_ABOVE',
    default: '50000',
    help: 'viewers of one live video before several nodes share it',
  },
  {
    variable: 'CHORUS_LOG_LEVEL',
    default: '',
    unset: 'info; warn on a terminal',
    help: 'debug, info, warn, error or silent',
  },
] as const satisfies Setting[]

type Own = (typeof own)[number]
export type SecretVariable = Extract<Own, { secret: true }>['variable']
export type FileVariable = `${SecretVariable}_FILE`
export type Variable = Own['variable'] | FileVariable

/** Values by variable name, wherever they came from. */
export type Values = Partial<Record<Variable, string | undefined>>

/** What names the file in which a secret stands, as Docker and Kubernetes mount them. */
export const fileVariableOf = (variable: SecretVariable): FileVariable => `${variable}_FILE`

const isSecret = (setting: Own): setting is Extract<Own, { secret: true }> => 'secret' in setting

export const secretVariables: SecretVariable[] = own.filter(isSecret).map(({ variable }) => variable)

const fileSetting = (variable: SecretVariable): Setting & { variable: FileVariable } => ({
  variable: fileVariableOf(variable),
  default: '',
  unset: 'none',
  help: `file that holds ${variable}`,
})

/** Every setting, in the order in which help shows them. */
export const settings = own.flatMap((setting): (Setting & { variable: Variable })[] =>
  isSecret(setting) ? [setting, fileSetting(setting.variable)] : [setting],
)

/** `CHORUS_POST_LIMIT` is `--post-limit`. */
export const flagOf = (variable: string): string =>
  variable.replace('CHORUS_', '').toLowerCase().replaceAll('_', '-')
