import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { authorOf } from '../support/author.ts'
import { FrontServer } from '../support/backends/front-server.ts'
import { startHaproxy } from '../support/backends/haproxy.ts'
import { startNginx } from '../support/backends/nginx.ts'
import { sharedPostgres } from '../support/backends/postgres.ts'
import { sharedRedis } from '../support/backends/redis.ts'
import { sharedZooKeeper } from '../support/backends/zookeeper.ts'
import type { Addressed } from '../support/chorus-server.ts'
import { freePort } from '../support/free-port.ts'
import { send } from '../support/http-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testSecret } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'
import { commandsIn, containersOf, image, podsOf, rolesIn, type Started } from './documents.ts'
import { type Backends, LocalCluster } from './local.ts'

const postgres = sharedPostgres()
const zookeeper = sharedZooKeeper()
const redis = sharedRedis()
const deploy = fileURLToPath(new URL('../../deploy', import.meta.url))
const startMsMax = 60_000

let clusters = 0

/** Servers on which nothing of the other tests stands. */
const backends = async (): Promise<Backends> => ({
  postgres: await postgres.createDatabase(),
  // Every document has the path /chorus: here it stands below another.
  zookeeper: `${zookeeper.address}/deploy-${++clusters}`,
  redis: redis.address,
})

const startAll = <One extends Started>(cluster: LocalCluster, all: One[]) =>
  Promise.all(all.map(async (one) => ({ ...one, server: await cluster.start(one) })))

const isReady = async (server: Addressed, path = '/readyz'): Promise<void> => {
  const status = async () => (await send(server, 'GET', path)).status
  await expect.poll(status, { timeout: startMsMax }).toBe(200)
}

const roleOf = ({ settings }: Started): string => settings.CHORUS_ROLES ?? ''

/** A comment that is posted at one address reaches the viewers of others. */
async function expectCarried(posted: Addressed, watched: Addressed[] = [posted]): Promise<void> {
  const viewers = watched.map((server) => new Viewer(server, 'lobby', { returns: true }))
  try {
    // While a cluster begins, a request may come before its gateway knows the nodes.
    await expect
      .poll(
        async () => (await authorOf(posted, { sub: 'ann' }).post('lobby', 'hello', { key: 'k' })).status,
        {
          timeout: startMsMax,
        },
      )
      .toBe(200)
    for (const viewer of viewers)
      await expect
        .poll(() => viewer.comments.map(({ text }) => text), { timeout: startMsMax })
        .toEqual(['hello'])
  } finally {
    for (const viewer of viewers) viewer[Symbol.dispose]()
  }
}

test('DP-3: the pods of deploy/kubernetes start, are ready and carry comments', async () => {
  await using cluster = new LocalCluster(await backends())
  const pods = await startAll(
    cluster,
    podsOf({ 'jwt-secret': testSecret, store: 'postgres://postgres/chorus' }),
  )
  expect(pods.map(roleOf).sort()).toEqual(['comments', 'dispatcher', 'gateway', 'realtime'])
  for (const { server, readinessPath } of pods) await isReady(server, readinessPath)
  const gateway = pods.find((pod) => roleOf(pod) === 'gateway')
  await expectCarried(gateway?.server as Addressed)
})

test('DP-3: the services of compose.yaml start, with its nginx before them', async () => {
  await using cluster = new LocalCluster(await backends())
  const services = containersOf()
  // Two of a kind differ in their names alone.
  const kinds = [...new Map(services.map((service) => [roleOf(service), service])).values()]
  const started = await startAll(cluster, kinds)
  const gateway = started.find((service) => roleOf(service) === 'gateway')?.server as Addressed
  const gateways = services.filter((service) => roleOf(service) === 'gateway').map(({ name }) => name)
  using folder = tempFolder()
  cpSync(join(deploy, 'nginx'), folder.path, { recursive: true })
  const port = await freePort()
  for (const file of ['gateways.conf', 'listen.conf']) {
    const text = readFileSync(join(deploy, 'compose/nginx-site', file), 'utf8')
    const local = text
      .replace(/(\S+):8080/g, (whole, name: string) =>
        gateways.includes(name) ? new URL(gateway.url).host : whole,
      )
      .replace('listen 8080', `listen 127.0.0.1:${port}`)
      // Node gives its children sockets, which cannot be opened by a name.
      .replace('/dev/stdout', 'access.log')
    writeFileSync(join(folder.path, 'site', file), local)
  }
  using prefix = tempFolder()
  const args = ['-p', prefix.path, '-c', join(folder.path, 'nginx.conf'), '-g', 'daemon off;']
  await using nginx = new FrontServer('nginx', args)
  await nginx.listening(port)
  await expectCarried({ url: `http://127.0.0.1:${port}` })
})

test('DP-3: the hash deployment starts without a dispatcher, behind nginx and behind HAProxy', async () => {
  await using cluster = new LocalCluster(await backends())
  const header =
    readFileSync(join(deploy, 'nginx/nginx-hash.conf'), 'utf8').split('include main.conf')[0] ?? ''
  const [, bus] = /CHORUS_BUS=(redis:\S+?)…/.exec(header) ?? []
  const [, roles] = /CHORUS_ROLES=([a-z,]+)/.exec(header) ?? []
  const settings = {
    CHORUS_JWT_SECRET: testSecret,
    CHORUS_STORE: 'postgres://…',
    CHORUS_BUS: `${bus}redis:6379?mode=video`,
    CHORUS_TRUST_PROXY: 'loopback',
  }
  const nodes = [roles ?? '', 'realtime', 'realtime'].map((CHORUS_ROLES) => ({
    name: CHORUS_ROLES,
    settings: { ...settings, CHORUS_ROLES },
    args: [],
  }))
  const started = (await startAll(cluster, nodes)).map(({ server }) => server)
  for (const server of started) await isReady(server)
  const [comments, ...realtime] = started.map(({ url }) => url) as [string, ...string[]]
  await using nginx = await startNginx('nginx-hash.conf', { realtime, comments: [comments] })
  const numbered = realtime.map((url, index) => ({ id: index + 1, url }))
  await using haproxy = await startHaproxy({ realtime: numbered, comments: [comments] })
  await isReady(haproxy, '/v1/live-videos/lobby')
  await expectCarried(nginx, [nginx, haproxy])
  const page = await send(nginx, 'GET', '/')
  expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/html/)])
})

test('DP-3: the image starts by itself', async () => {
  await using cluster = new LocalCluster(await backends())
  const { nodeArgs, ...container } = image()
  expect(nodeArgs).toEqual(['--max-semi-space-size=16'])
  const settings = { ...container.settings, CHORUS_JWT_SECRET: testSecret }
  await expectCarried(await cluster.start({ ...container, settings }))
})

const documents = ['README.md', 'docs/many-machines.md']

test.each(documents)('DP-3: what %s says to start does, and works together', async (file) => {
  await using cluster = new LocalCluster(await backends())
  const commands = commandsIn(file)
  const shared = commands.find(({ settings }) => settings.CHORUS_REGISTRY)?.settings ?? {}
  const recommended = [...new Set(rolesIn(file))].filter((roles) => roles.includes(','))
  const combined: Started[] = recommended.map((roles) => ({
    name: roles,
    settings: { ...shared, CHORUS_ROLES: roles },
    args: [],
  }))
  const started = await startAll(cluster, [...commands, ...combined])
  expect(started.length).toBeGreaterThan(1)
  for (const { server, settings } of started) {
    await isReady(server)
    if (!settings.CHORUS_REGISTRY) await expectCarried(server)
  }
  const gateways = started.filter(
    ({ name, settings }) => settings.CHORUS_REGISTRY && name.includes('gateway'),
  )
  for (const { server } of gateways) await expectCarried(server)
})
