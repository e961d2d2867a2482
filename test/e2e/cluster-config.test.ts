import { beforeAll, expect, test as plainTest } from 'vitest'
import { guardedRole, sharedPostgres } from '../support/backends/postgres.ts'
import { startRedis } from '../support/backends/redis.ts'
import { sharedZooKeeper, startZooKeeper } from '../support/backends/zookeeper.ts'
import { type Exit, runChorus, type Settings } from '../support/chorus-command.ts'
import { ChorusServer } from '../support/chorus-server.ts'
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

/** Where nobody listens. */
const nowhere = '127.0.0.1:1'
const secrets = /hunter2|only for tests/

/** The settings of a node that would start. */
const usual = (): Settings => ({
  CHORUS_PORT: '0',
  CHORUS_ROLES: 'comments',
  CHORUS_JWT_SECRET: testSecret,
  CHORUS_STORE: store,
  CHORUS_BUS: 'dispatched:',
  CHORUS_REGISTRY: `zookeeper://${zookeeper.address}/chorus`,
})

/** Starts a node that must not: it ends by itself, and says why in one line without a secret. */
async function refusal(settings: Settings): Promise<Exit> {
  const exit = await runChorus(['serve'], { ...usual(), ...settings })
  expect(exit.stderr).not.toMatch(secrets)
  return exit
}

test('FT-17: a node of these settings starts', async () => {
  await using server = new ChorusServer(usual(), [])
  await server.start()
})

test('FT-17: a ZooKeeper that is not there is one clear line', async () => {
  const exit = await refusal({ CHORUS_REGISTRY: `zookeeper://${nowhere}/chorus` })
  expectRefused(exit, /ZooKeeper.*127\.0\.0\.1:1.*ECONNREFUSED/, 1)
})
