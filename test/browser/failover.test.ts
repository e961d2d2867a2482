import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { authorOf } from '../support/author.ts'
import { startNginx } from '../support/backends/nginx.ts'
import { type Addressed, type ChorusServer, newLiveVideoId } from '../support/chorus-server.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { type Cluster, ownersOf, readDispatch, startCluster } from '../support/cluster.ts'

/** What a page has seen of a stream. */
interface Seen {
  texts: string[]
  opened: number
  errors: number
}

/** Comments on and on, each until it is accepted; returns how to stop, which resolves to what was accepted. */
function startCommenting(server: Addressed, liveVideoId: string): () => Promise<string[]> {
  const author = authorOf(server, { sub: 'ann' })
  const accepted: string[] = []
  let over = false
  const say = async (text: string) => {
    const reply = await author.post(liveVideoId, text, { key: text.replace(' ', '-') }).catch(() => null)
    if (reply?.status === 201 || reply?.status === 200) accepted.push(text)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  const commenting = (async () => {
    while (!over) await say(`comment ${accepted.length + 1}`)
  })()
  return async () => {
    over = true
    await commenting
    return accepted
  }
}

/** A plain EventSource, as any page would write it. */
const watch = (page: Page, liveVideoId: string): Promise<void> =>
  page.evaluate((id) => {
    const seen: Seen = { texts: [], opened: 0, errors: 0 }
    const source = new EventSource(`/v1/live-videos/${id}/stream?history=200`)
    source.addEventListener('open', () => seen.opened++)
    source.addEventListener('error', () => seen.errors++)
    source.addEventListener('comment.created', ({ data }) => seen.texts.push(JSON.parse(data).text))
    Object.assign(window, { seen })
  }, liveVideoId)

const seenBy = (page: Page): Promise<Seen> => page.evaluate(() => (window as unknown as { seen: Seen }).seen)

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
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(url)
    return page
  }

  /** Kills the node that serves the page, comments pouring in, and expects the page to lack and repeat nothing. */
  async function survives(page: Page, gateway: ChorusServer, liveVideoId: string): Promise<void> {
    const stop = startCommenting(gateway, liveVideoId)
    await watch(page, liveVideoId)
    const received = async () => (await seenBy(page)).texts.length
    await expect.poll(received).toBeGreaterThan(20)
    const killed = await killOwner(gateway, liveVideoId)
    const before = await received()
    await expect.poll(received).toBeGreaterThan(before + 20)
    const accepted = await stop()
    await expect.poll(async () => (await seenBy(page)).texts).toEqual(accepted)
    const { opened, errors } = await seenBy(page)
    expect(opened).toBeGreaterThan(1)
    expect(errors).toBeGreaterThan(0)
    expect(await ownersOf(gateway, [liveVideoId])).not.toContain(killed)
  }

  test.for(['proxy', 'direct'])(
    'GW-12: a plain EventSource survives it through a gateway in the mode %s',
    async (mode) => {
      const gateway = await startGateway(mode)
      await survives(await open(`${gateway.url}/healthz`), gateway, newLiveVideoId())
    },
  )

  test('GW-12: a plain EventSource survives it through nginx, over TLS and HTTP/2', async () => {
    const [gateway, liveVideoId] = [await startGateway('accel'), newLiveVideoId()]
    const nodes = realtime.map(({ url }) => new URL(url).host)
    await using nginx = await startNginx('nginx.conf', { gateways: [gateway.url] })
    const page = await open(`${nginx.secureUrl}/healthz`)
    await survives(page, gateway, liveVideoId)
    const protocol = await page.evaluate(
      () => performance.getEntriesByType('navigation')[0]?.toJSON().nextHopProtocol,
    )
    expect(protocol).toBe('h2')
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
