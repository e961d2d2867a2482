import type { Browser, Page, Response } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest'
import { authorOf } from '../support/author.ts'
import { startNginx } from '../support/backends/nginx.ts'
import { type Addressed, newLiveVideoId, startChorus } from '../support/chorus-server.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { open, upTo, urlOf } from '../support/compressed-readers.ts'

/** What a page has seen of a stream. */
interface Seen {
  texts: string[]
  errors: number
}

interface Front extends Addressed, AsyncDisposable {}

const fronts: [string, (server: Addressed) => Promise<Front>][] = [
  ['directly', async ({ url }) => ({ url, async [Symbol.asyncDispose]() {} })],
  ['through nginx, over TLS and HTTP/2', startNginxBefore],
]

async function startNginxBefore({ url }: Addressed): Promise<Front> {
  const nginx = await startNginx('nginx.conf', { gateways: [url] })
  return { url: nginx.secureUrl, [Symbol.asyncDispose]: () => nginx[Symbol.asyncDispose]() }
}

/** A plain EventSource, as any page would write it. */
const watch = (page: Page, liveVideoId: string): Promise<void> =>
  page.evaluate((id) => {
    const seen: Seen = { texts: [], errors: 0 }
    const source = new EventSource(`/v1/live-videos/${id}/stream?history=200&rate=all`)
    source.addEventListener('error', () => seen.errors++)
    source.addEventListener('comment.created', ({ data }) => seen.texts.push(JSON.parse(data).text))
    Object.assign(window, { seen })
  }, liveVideoId)

const heartbeat = ': still here\n\n'
const seenBy = (page: Page): Promise<Seen> => page.evaluate(() => (window as unknown as { seen: Seen }).seen)
const textsOf = async (page: Page) => (await seenBy(page)).texts

describe('a browser reads a compressed stream', () => {
  let browser: Browser

  beforeAll(async () => {
    if (!noChromium) browser = await launchChromium()
  })
  afterAll(() => browser?.close())
  beforeEach((context) => {
    if (noChromium) context.skip(noChromium)
  })

  /** A page that watches; how it was answered, and how long each piece of its stream was when decoded. */
  async function openWatching(url: string, liveVideoId: string) {
    // Stands for any site's page: the one that it is opened on is data, which may load nothing.
    const context = await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: true })
    const page = await context.newPage()
    await page.goto(`${url}/healthz`)
    const [answers, pieces]: [Response[], number[]] = [[], []]
    page.on('response', (response) => answers.push(response))
    const network = await context.newCDPSession(page)
    await network.send('Network.enable')
    network.on('Network.dataReceived', ({ dataLength }) => pieces.push(dataLength))
    await watch(page, liveVideoId)
    return { page, answers, pieces, [Symbol.asyncDispose]: () => context.close() }
  }

  test.concurrent.for(fronts)('RT-26: %s', async ([, start], { expect }) => {
    await using server = await startChorus()
    await using front = await start(server)
    const [liveVideoId, ann] = [newLiveVideoId(), authorOf(server, { sub: 'ann' })]
    const said: string[] = []
    const say = async (text: string) => said.push((await ann.comment(liveVideoId, text)).text)
    await say('history <b>שלום</b> 👋')
    using crowd = new DisposableStack()
    await upTo(open(crowd, urlOf(server, liveVideoId)), 1)

    await using one = await openWatching(front.url, liveVideoId)
    await expect.poll(() => textsOf(one.page)).toEqual(said)
    await say('live')
    await expect.poll(() => textsOf(one.page)).toEqual(said)
    await using two = await openWatching(front.url, liveVideoId)
    const allSeen = async () => {
      for (const { page } of [one, two]) await expect.poll(() => textsOf(page)).toEqual(said)
    }
    await allSeen()
    const hadHeartbeats = () => [one, two].every(({ pieces }) => pieces.includes(heartbeat.length))
    await expect.poll(hadHeartbeats, { timeout: 30_000 }).toBe(true)
    await say('after a heartbeat')
    await allSeen()

    const { port } = server
    await server.kill()
    await expect.poll(async () => (await seenBy(one.page)).errors).toBeGreaterThan(0)
    await server.start(port)
    await say('after a restart')
    await allSeen()
    const [first, second] = [one.answers[0], one.answers.at(-1)]
    for (const answer of [first, second]) expect(await answer?.headerValue('content-encoding')).toBe('gzip')
    expect(await first?.request().headerValue('last-event-id')).toBeNull()
    expect(await second?.request().headerValue('last-event-id')).toMatch(/:3:/)
  })
})
