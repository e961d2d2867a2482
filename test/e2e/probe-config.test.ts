import { beforeAll, expect, test as plainTest } from 'vitest'
import { guardedRole, sharedPostgres, startPostgres } from '../support/backends/postgres.ts'
import { startRedis } from '../support/backends/redis.ts'
import { sharedZooKeeper, startZooKeeper } from '../support/backends/zookeeper.ts'
import { runChorus, type Settings } from '../support/chorus-command.ts'
import { ChorusServer } from '../support/chorus-server.ts'
import { testSecret } from '../support/tokens.ts'
const postgres = sharedPostgres()
const zookeeper = sharedZooKeeper()
let store = ''
beforeAll(async () => {
  await postgres.ask(`CREATE ROLE ${guardedRole} LOGIN SUPERUSER PASSWORD 'right'`)
  store = await postgres.createDatabase()
})
const usual = (): Settings => ({
  CHORUS_PORT: '0', CHORUS_ROLES: 'comments', CHORUS_JWT_SECRET: testSecret, CHORUS_STORE: store, CHORUS_BUS: 'dispatched:',
  CHORUS_REGISTRY: `zookeeper://${zookeeper.address}/chorus`,
})
async function probe(name: string, settings: Settings) {
  const began = Date.now()
  const exit = await Promise.race([runChorus(['serve'], { ...usual(), ...settings }), new Promise<any>((r) => setTimeout(() => r('STILL RUNS'), 25_000))])
  console.log(name, Date.now() - began, exit.code, JSON.stringify(exit.stdout ?? exit), JSON.stringify(exit.stderr))
}
plainTest('x', async () => {
  await probe('zk path', { CHORUS_REGISTRY: `zookeeper://127.0.0.1:1/chorus` })
  await probe('pg nowhere', { CHORUS_STORE: 'postgres://ann:hunter2@127.0.0.1:1/chorus' })
  const guarded = new URL(store); guarded.username = guardedRole; guarded.password = 'hunter2'
  await probe('pg wrong password', { CHORUS_STORE: guarded.href })
  await using redis = await startRedis(['--requirepass', 'right'])
  await probe('redis pw', { CHORUS_BUS: `redis://:hunter2@${redis.address}` })
  await probe('redis mode', { CHORUS_BUS: `redis://:hunter2@${redis.address}?mode=fire` })
  await probe('redis no pw', { CHORUS_BUS: `redis://${redis.address}?mode=video` })
  for (const k of ['kafka://nonsense', 'kafka://ann:hunter2@127.0.0.1:9092/t', 'kafka://127.0.0.1:9092', 'kafka://127.0.0.1:99999/topic','kafka://127.0.0.1:9092/to pic'])
  await probe(k, { CHORUS_BUS: k })
  await using one = new ChorusServer({...usual(), CHORUS_NODE_URL: 'http://127.0.0.1:5555'}, [])
  await one.start()
  await probe('two', { CHORUS_NODE_URL: 'http://127.0.0.1:5555' })
  await using zk = await startZooKeeper()
  zk.pause()
  await probe('zk frozen', { CHORUS_REGISTRY: `zookeeper://${zk.address}/chorus` })
  zk.resume()
  await using pg = await startPostgres()
  const u = await pg.createDatabase()
  pg.signal('SIGSTOP')
  await probe('pg frozen', { CHORUS_STORE: u })
  pg.signal('SIGCONT')
  await probe('role', { CHORUS_STORE: './x' })
  await probe('role', { CHORUS_BUS: 'memory:' })
  await probe('role', { CHORUS_ROLES: 'gateway', CHORUS_REGISTRY: 'memory:' })
  await probe('role', { CHORUS_ROLES: 'dispatcher', CHORUS_REGISTRY: 'memory:' })
  await probe('role', { CHORUS_WORKERS: '2' })
  await probe('host', { CHORUS_HOST: '0.0.0.0' })
  await probe('key', { CHORUS_JWT_SECRET: '' })
  await probe('jwks', { CHORUS_JWT_SECRET: '', CHORUS_JWKS_URL: 'http://127.0.0.1:1/' })
  await probe('dispatched on memory reg', { CHORUS_REGISTRY: 'memory:' })
}, 280_000)
