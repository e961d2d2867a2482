import { beforeAll, expect, test as plainTest } from 'vitest'
import { guardedRole, sharedPostgres, startPostgres } from '../support/backends/postgres.ts'
import { startRedis } from '../support/backends/redis.ts'
import { sharedZooKeeper } from '../support/backends/zookeeper.ts'
import { ChorusCommand, type Exit, type Settings } from '../support/chorus-command.ts'
import { ChorusServer } from '../support/chorus-server.ts'
import { readDispatch } from '../support/cluster.ts'
import { expectRefused } from '../support/expect-refused.ts'
import { testSecret } from '../support/tokens.ts'

const test = plainTest.concurrent
const postgres = sharedPostgres()
const zookeeper = sharedZooKeeper()
let store = ''

beforeAll(async () => {
  await postgres.ask(`CREATE ROLE ${guardedRole} LOGIN SUPERUSER PASSWORD 'right'`)
  store = await postgres.createDatabase()
})

const registryAt = (address: string, path = '/chorus') =>
  `zookeeper://${address}${path}?sessionTimeoutMs=2000`

/** The settings of a node that starts. */
const usual = (): Settings => ({
  CHORUS_PORT: '0',
  CHORUS_ROLES: 'comments,dispatcher',
  CHORUS_JWT_SECRET: testSecret,
  CHORUS_STORE: store,
  CHORUS_BUS: 'dispatched:',
  CHORUS_REGISTRY: registryAt(zookeeper.address),
})

/** Where nobody listens. */
const nowhere = '127.0.0.1:1'
const password = 'hunter2'
const endMsMax = 40_000
/** What a log collector keeps of a start that went well until then. */
const infoLines = /^\{"level":30,.*\n/gm

/** Starts a node that must end by itself, and say why in one line without a secret. */
async function refusal(settings: Settings): Promise<Exit> {
  const command = new ChorusCommand(['serve'], { ...usual(), ...settings })
  const giveUp = setTimeout(() => command.signal('SIGKILL'), endMsMax)
  const exit = await command.exited
  clearTimeout(giveUp)
  expect(exit.stderr).not.toContain(password)
  expect(exit.stderr).not.toContain(testSecret)
  return { ...exit, stderr: exit.stderr.replace(infoLines, '') }
}

test.for<[string, Settings, RegExp]>([
  ['Redis in an unknown mode', redis('?mode=fire'), /CHORUS_BUS.*mode takes firehose, partitioned or video/],
  ['Redis with an unknown setting', redis('?made=video'), /CHORUS_BUS.*no parameters but mode/],
  [
    'Kafka without a topic',
    { CHORUS_BUS: 'kafka://127.0.0.1:9092' },
    /CHORUS_BUS.*kafka:\/\/host:9092.*topic/,
  ],
  ['a port of Kafka that is none', { CHORUS_BUS: 'kafka://127.0.0.1:99999/chorus' }, /CHORUS_BUS.*no broker/],
  [
    'Kafka with a password',
    { CHORUS_BUS: `kafka://ann:${password}@${nowhere}/chorus` },
    /no user and password/,
  ],
  ['a path of ZooKeeper that is none', { CHORUS_REGISTRY: `zookeeper://${nowhere}//` }, /CHORUS_REGISTRY/],
  ['comments on a store of its own', { CHORUS_STORE: './data' }, /CHORUS_STORE.*CHORUS_ROLES.*postgres:\/\//],
  ['comments on a bus of its own', { CHORUS_BUS: 'memory:' }, /CHORUS_BUS.*CHORUS_ROLES.*dispatched:/],
  ['comments that find nobody', { CHORUS_REGISTRY: 'memory:' }, /CHORUS_BUS.*CHORUS_REGISTRY=zookeeper/],
  ['a gateway that finds nobody', { ...redis(''), ...alone('gateway') }, /CHORUS_REGISTRY=memory:.*gateway/],
  ['workers without their role', { CHORUS_WORKERS: '2' }, /CHORUS_WORKERS.*CHORUS_ROLES/],
  ['an address for everyone and no one', { CHORUS_HOST: '0.0.0.0' }, /CHORUS_NODE_URL.*CHORUS_HOST/],
  ['a cluster in demo mode', { CHORUS_JWT_SECRET: '' }, /CHORUS_JWT_SECRET/],
  [
    'keys from elsewhere and no secret of the cluster',
    { CHORUS_JWT_SECRET: '', CHORUS_JWKS_URL: `http://${nowhere}/` },
    /CHORUS_CLUSTER_SECRET/,
  ],
])('FT-17: what cannot be is refused with exit code 2 and one line: %s', async ([, settings, names]) => {
  expectRefused(await refusal(settings), names)
})

test('FT-17: servers that are not there are named in one line', async () => {
  expectRefused(
    await refusal({ CHORUS_STORE: `postgres://ann:${password}@${nowhere}/chorus` }),
    `postgres://${nowhere}/chorus cannot be opened as a Chorus store: connect ECONNREFUSED`,
    1,
  )
})

test('FT-17: a PostgreSQL that is frozen is not waited for', async () => {
  await using frozen = await startPostgres()
  const url = await frozen.createDatabase()
  frozen.signal('SIGSTOP')
  expectRefused(await refusal({ CHORUS_STORE: url }), /cannot be opened.*did not answer in time/, 1)
})

test('FT-17: a password that PostgreSQL does not take is told in one line without it', async () => {
  const guarded = new URL(store)
  guarded.username = guardedRole
  guarded.password = password
  const exit = await refusal({ CHORUS_STORE: guarded.href })
  expectRefused(exit, /cannot be opened.*password authentication failed for user "guarded"/, 1)
})

test('FT-17: a password that Redis does not take, or misses, is told in one line without it', async () => {
  await using server = await startRedis(['--requirepass', 'right'])
  const told = async (user: string) =>
    refusal({ CHORUS_BUS: `redis://${user}${server.address}`, CHORUS_LOG_LEVEL: 'error' })
  const refused = `Redis at ${server.address}`
  expectRefused(await told(`:${password}@`), `${refused} does not take this user and password`)
  expectRefused(await told(''), `${refused} wants a password`)
})

test('FT-17: of two nodes with one CHORUS_NODE_URL the second is refused, and the first goes on', async () => {
  const CHORUS_NODE_URL = 'http://chorus.example:8080'
  const settings = { CHORUS_NODE_URL, CHORUS_REGISTRY: registryAt(zookeeper.address, '/twice') }
  await using first = new ChorusServer({ ...usual(), ...settings }, [])
  await first.start()
  expectRefused(await refusal(settings), `another node is registered as ${CHORUS_NODE_URL}`, 1)
  expect((await readDispatch(first)).nodes.map(({ url }) => url)).toEqual([CHORUS_NODE_URL])
})

test('FT-20: a node of another database, or of another bus, does not join; nor does a second cluster', async () => {
  const shared = { CHORUS_REGISTRY: registryAt(zookeeper.address, '/described') }
  const CHORUS_STORE = await postgres.createDatabase()
  await using first = new ChorusServer({ ...usual(), ...shared }, [])
  await first.start()
  const [onOther, onRedis] = await Promise.all([
    refusal({ ...shared, CHORUS_ROLES: 'realtime', CHORUS_STORE }),
    refusal({ ...shared, ...redis('?mode=video'), CHORUS_LOG_LEVEL: 'error' }),
  ])
  expectRefused(onOther, `CHORUS_STORE is another database than that of ${first.url}`, 1)
  expectRefused(onRedis, `CHORUS_BUS is another one than that of ${first.url} (dispatched:)`, 1)
  await using gateway = new ChorusServer({ ...usual(), ...shared, CHORUS_ROLES: 'gateway', CHORUS_STORE }, [])
  await gateway.start()
  expect((await readDispatch(first)).nodes.length).toBe(2)
})

function alone(role: string): Settings {
  return { CHORUS_ROLES: role, CHORUS_REGISTRY: 'memory:' }
}

function redis(query: string): Settings {
  return { CHORUS_BUS: `redis://:${password}@${nowhere}${query}` }
}
