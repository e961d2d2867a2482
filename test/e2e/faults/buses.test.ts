import { expect, test } from 'vitest'
import { Audience } from '../../support/audience.ts'
import { startKafka } from '../../support/backends/kafka.ts'
import { startRedis, startRedisCluster } from '../../support/backends/redis.ts'
import { startCluster } from '../../support/cluster.ts'

interface CarryingServer extends AsyncDisposable {
  /** What CHORUS_BUS is set to. */
  bus: string
  kill(): Promise<unknown>
  start(): Promise<void>
}

const redis = (mode: string) => async (): Promise<CarryingServer> => {
  const server = await startRedis()
  return Object.assign(server, { bus: `redis://${server.address}?mode=${mode}` })
}

async function redisCluster(): Promise<CarryingServer> {
  const cluster = await startRedisCluster()
  const [one] = cluster.servers
  return {
    bus: `redis://${cluster.addresses}?mode=video&cluster=true`,
    kill: async () => one?.kill(),
    start: async () => one?.start(),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  }
}

async function kafka(): Promise<CarryingServer> {
  const server = await startKafka()
  return Object.assign(server, { bus: server.url('chorus') })
}

test.each<[string, () => Promise<CarryingServer>]>([
  ['Redis, firehose', redis('firehose')],
  ['Redis, partitioned', redis('partitioned')],
  ['Redis, a channel for each live video', redis('video')],
  ['Redis Cluster, one of three', redisCluster],
  ['Kafka', kafka],
])('FT-5: no viewer lacks a comment when the bus is killed and comes back: %s', async (_, start) => {
  await using server = await start()
  await using cluster = await startCluster({ CHORUS_BUS: server.bus })
  const [gateway] = await Promise.all([
    cluster.start('gateway,dispatcher'),
    cluster.start('comments'),
    cluster.start('realtime'),
    cluster.start('realtime'),
  ])
  using audience = new Audience(gateway)
  await audience.start()
  await server.kill()
  await audience.goesOn()
  await server.start()
  await audience.goesOn()
  await audience.expectWhole()
  expect(audience.refused).toEqual(new Map())
})

test('FT-6: nodes that start before their Redis serve, and use it once it is there', async () => {
  await using server = await startRedis()
  await server.kill()
  await using cluster = await startCluster({ CHORUS_BUS: `redis://${server.address}?mode=video` })
  const [gateway] = await Promise.all([
    cluster.start('gateway,dispatcher'),
    cluster.start('comments'),
    cluster.start('realtime'),
  ])
  using audience = new Audience(gateway)
  await audience.start()
  await server.start()
  await audience.goesOn()
  await audience.expectWhole()
})
