import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startNginx } from '../support/backends/nginx.ts'
import { type Addressed, type ChorusServer, newLiveVideoId } from '../support/chorus-server.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { type Cluster, ownersOf, readDispatch, startCluster } from '../support/cluster.ts'
import { expectSurvival, protocolOf, startCommenting } from './failover-page.ts'

const numberOf = (text = ''): number => Number(text.replace('comment ', ''))

describe('a node dies under a browser', () => {
  let cluster: Cluster
  let browser: Browser
  let realtime: ChorusServer[] = []

  beforeAll(async () => {
    if (noChromium) return
    browser = await launchChromium()
    cluster = await startCluster()
    await Promise.all([cluster.start('dispatcher', { CHORUS_GATEWAY: 'direct' }), cluster.start('comments')])
  })
  afterAll(async () => {
    await browser?.close()
    await cluster?.[Symbol.asyncDispose]()
  })
  beforeEach((context) => {
    if (noChromium) context.skip(noChromium)
  })

  /** A gateway, and two realtime nodes that share the live videos. */
  async function startGateway(mode: string): Promise<ChorusServer> {
    const gateway = await cluster.start('gateway', { CHORUS_GATEWAY: mode })
    while (realtime.length < 2) realtime.push(await cluster.start('realtime'))
    const both = realtime.map(({ url }) => url).sort()
    await expect.poll(async () => (await readDispatch(gateway)).assigned?.toSorted()).toEqual(both)
    return gateway
  }

  /** Kills the node that serves the live video; returns its URL. */
  async function killOwner(gateway: Addressed, liveVideoId: string): Promise<string> {
    const [url = ''] = await ownersOf(gateway, [liveVideoId])
    await realtime.find((node) => node.url === url)?.kill()
    realtime = realtime.filter((node) => node.url !== url)
    return url
  }

  async function open(url: string): Promise<Page> {
    // Stands for any site's page: the one that it is opened on is data, which may load nothing.
    const context = await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: true })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(url)
    return page
  }

  test.for(['proxy', 'direct'])(
    'GW-12: a plain EventSource survives it through a gateway in the mode %s',
    async (mode) => {
      const [gateway, liveVideoId] = [await startGateway(mode), newLiveVideoId()]
      const page = await open(`${gateway.url}/healthz`)
      await expectSurvival(page, gateway, liveVideoId, () => killOwner(gateway, liveVideoId))
    },
  )

  test('GW-12: a plain EventSource survives it through nginx, over TLS and HTTP/2', async () => {
    const [gateway, liveVideoId] = [await startGateway('accel'), newLiveVideoId()]
    const nodes = realtime.map(({ url }) => new URL(url).host)
    await using nginx = await startNginx('nginx.conf', { gateways: [gateway.url] })
    const page = await open(`${nginx.secureUrl}/healthz`)
    await expectSurvival(page, gateway, liveVideoId, () => killOwner(gateway, liveVideoId))
    expect(await protocolOf(page)).toBe('h2')
    await page.close()
    // nginx itself had the streams of the node, and then of the other one.
    for (const node of nodes)
      await expect
        .poll(() => nginx.accessLog)
        .toContain(`/_node/${node}/v1/live-videos/${liveVideoId}/stream`)
  })

  test('GW-11: the SDK opens its streams at the nodes, and when one dies goes on at the next', async () => {
    const gateway = await startGateway('direct')
    const page = await open('about:blank')
    const asked: string[] = []
    page.on('request', (request) => {
      const { origin, pathname } = new URL(request.url())
      if (pathname.endsWith('/stream')) asked.push(origin)
    })
    await page.goto(`${gateway.url}/`)
    const shown = () => page.getByTestId('comment').locator('.text').allTextContents()
    const newest = async () => numberOf((await shown()).at(-1))
    const stop = startCommenting(gateway, 'lobby')
    await expect.poll(newest).toBeGreaterThan(10)
    const killed = await killOwner(gateway, 'lobby')
    expect(asked).toEqual([killed])
    const next = realtime.map(({ url }) => url)
    await expect.poll(() => asked.at(-1)).toBe(next[0])
    const before = await newest()
    await expect.poll(newest).toBeGreaterThan(before)
    const accepted = await stop()
    await expect.poll(newest).toBe(accepted.length)
    const texts = await shown()
    expect(texts).toEqual(accepted.slice(-texts.length))
  })
})
