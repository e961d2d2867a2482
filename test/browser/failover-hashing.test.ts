import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startHaproxy } from '../support/backends/haproxy.ts'
import { startNginx } from '../support/backends/nginx.ts'
import { type RedisServer, startRedis } from '../support/backends/redis.ts'
import { type ChorusServer, newLiveVideoId } from '../support/chorus-server.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { readMetric } from '../support/metrics.ts'
import { expectSurvival, protocolOf } from './failover-page.ts'

interface Balancer extends AsyncDisposable {
  /** With TLS and HTTP/2. */
  secureUrl: string
}

type Start = (realtime: string[], comments: string[]) => Promise<Balancer>

const balancers: [string, Start][] = [
  ['nginx', (realtime, comments) => startNginx('nginx-hash.conf', { realtime, comments })],
  [
    'HAProxy',
    async (urls, comments) => {
      const realtime = urls.map((url, index) => ({ id: index + 1, url }))
      const haproxy = await startHaproxy({ realtime, comments }, true)
      return Object.assign(haproxy, { secureUrl: haproxy.url })
    },
  ],
]

describe('a node dies under a browser, without a dispatcher', () => {
  let redis: RedisServer
  let cluster: Cluster
  let browser: Browser

  beforeAll(async () => {
    if (noChromium) return
    browser = await launchChromium()
    redis = await startRedis()
    cluster = await startCluster({ CHORUS_BUS: `redis://${redis.address}?mode=video` })
  })
  afterAll(async () => {
    await browser?.close()
    await cluster?.[Symbol.asyncDispose]()
    await redis?.[Symbol.asyncDispose]()
  })
  beforeEach((context) => {
    if (noChromium) context.skip(noChromium)
  })

  test.for(balancers)(
    'LB-11: a plain EventSource survives it through %s, over TLS and HTTP/2',
    async ([, start]) => {
      const [front, ...realtime] = (await Promise.all([
        cluster.start('comments,gateway'),
        cluster.start('realtime'),
        cluster.start('realtime'),
      ])) as [ChorusServer, ...ChorusServer[]]
      await using balancer = await start(
        realtime.map(({ url }) => url),
        [front.url],
      )
      // Stands for any site's page: the one that it is opened on is data, which may load nothing.
      const context = await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: true })
      onTestFinished(() => context.close())
      const page = await context.newPage()
      await page.goto(`${balancer.secureUrl}/healthz`)
      await expectSurvival(page, front, newLiveVideoId(), async () => {
        const viewers = await Promise.all(realtime.map((node) => readMetric(node, 'chorus_viewers')))
        expect(viewers.toSorted()).toEqual([0, 1])
        await realtime[viewers.indexOf(1)]?.kill()
      })
      expect(await protocolOf(page)).toBe('h2')
    },
  )
})
