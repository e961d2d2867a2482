/** What a `kafka://` address says. */
export interface KafkaAddress {
  /** Of any brokers of the cluster; the others are learnt from them. */
  brokers: { host: string; port: number }[]
  topic: string
  /** The three below count when this process makes the topic. One that is there already keeps what it has. */
  partitions: number
  /** Copies of each partition; null: as the brokers do by default. */
  replicas: number | null
  /** How long events are kept: for nodes that were away, and with it the longest that a removed comment's text is. */
  retentionMs: number
}

const takes =
  'a Kafka address is kafka://host:9092,host:9092/topic?partitions=64&replicas=3&retentionMs=3600000, all after the topic optional'

/** Whole numbers, by parameter: least, most, and what it is when it is not said. */
const parameters = {
  partitions: { min: 1, max: 4_096, unsaid: 64 },
  replicas: { min: 1, max: 15, unsaid: null },
  retentionMs: { min: 60_000, max: 30 * 24 * 3_600_000, unsaid: 3_600_000 },
} as const

type Parameter = keyof typeof parameters

/** @throws Error with one line that says what is wrong and never repeats what may be a password */
export function parseKafkaAddress(text: string): KafkaAddress {
  const [, hosts, topic = '', query = ''] = /^kafka:\/\/([^/?#]*)\/([^/?#]*)(?:\?([^#]*))?$/.exec(text) ?? []
  if (hosts === undefined) throw new Error(takes)
  const given = parseParameters(query)
  return {
    brokers: hosts.split(',').map(parseBroker),
    topic: parseTopic(topic),
    partitions: given.get('partitions') ?? parameters.partitions.unsaid,
    replicas: given.get('replicas') ?? parameters.replicas.unsaid,
    retentionMs: given.get('retentionMs') ?? parameters.retentionMs.unsaid,
  }
}

function parseBroker(text: string): { host: string; port: number } {
  if (text.includes('@')) throw new Error('a Kafka address takes no user and password in this version')
  const [, host, port = '9092'] = /^([A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw new Error(`${JSON.stringify(text)} is no broker: ${takes}`)
  return { host, port: Number(port) }
}

/** Kafka's own rule for the names of topics. */
function parseTopic(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(text) || text === '.' || text === '..')
    throw new Error(`${JSON.stringify(text)} is no topic: 1 to 249 of A–Z a–z 0–9 . _ -`)
  return text
}

function parseParameters(query: string): Map<Parameter, number> {
  const given = new Map<Parameter, number>()
  for (const [name, value] of new URLSearchParams(query)) {
    if (!isParameter(name))
      throw new Error(
        `a Kafka address takes ${Object.keys(parameters).join(', ')}, and not ${JSON.stringify(name)}`,
      )
    if (given.has(name)) throw new Error(`a Kafka address says ${name} twice`)
    given.set(name, parseWhole(name, value))
  }
  return given
}

const isParameter = (name: string): name is Parameter => Object.hasOwn(parameters, name)

function parseWhole(name: Parameter, value: string): number {
  const { min, max } = parameters[name]
  if (!/^\d{1,16}$/.test(value) || Number(value) < min || Number(value) > max)
    throw new Error(
      `${name} of a Kafka address is a whole number from ${min} to ${max}, and not ${JSON.stringify(value)}`,
    )
  return Number(value)
}
