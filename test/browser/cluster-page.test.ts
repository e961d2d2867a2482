import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { slotOf } from '../../src/placement/slots.ts'
import { type Addressed, startChorus } from '../support/chorus-server.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { nodesOf, startCluster } from '../support/cluster.ts'
import { type ClusterWorld, startClusterWorld } from '../support/cluster-page-world.ts'
import { Viewer } from '../support/viewer.ts'

const desktop = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }

const nodeUrl = (index: number) => `http://127.0.0.1:${9101 + index}`
const [first, second, third, fourth] = [0, 1, 2, 3].map(nodeUrl) as [string, string, string, string]

describe('the cluster page', () => {
  const errors: string[] = []
  let browser: Browser

  beforeAll(async () => {
    if (!noChromium) browser = await launchChromium()
  })
  afterAll(() => browser?.close())
  beforeEach((context) => {
    if (noChromium) context.skip(noChromium)
    errors.length = 0
  })

  async function open(server: Addressed, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: desktop, ...options })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (line) => {
      // What the page's security policy forbids is an error line as well.
      if (line.type() === 'error' && !line.text().includes('503')) errors.push(line.text())
    })
    await page.goto(`${server.url}/cluster.html`)
    await page.locator('[data-testid=cluster][data-link=live]').waitFor()
    return page
  }

  const node = (page: Page, url: string): Locator => page.locator(`[data-testid=node][data-url="${url}"]`)
  const state = (page: Page, url: string) => node(page, url).getAttribute('data-state')
  const headline = (page: Page) => textOf(page.getByTestId('headline'))
  const logged = (page: Page): Promise<string[]> => page.getByTestId('log').locator('p').allTextContents()
  const seesLine = (page: Page, line: string) => expect.poll(() => logged(page)).toContain(line)

  test('CP-1: of one process it shows the node that serves everything, and who watches', async () => {
    await using server = await startChorus({})
    const page = await open(server)
    await expect.poll(() => headline(page)).toContain('One node serves everything')
    await expect.poll(() => textOf(node(page, server.url))).toMatch(/4,096 slots\s*100 %/)
    using _ = new Viewer(server, 'gig')
    await expect.poll(() => textOf(node(page, server.url))).toMatch(/1 viewer\b.*gig/)
    await expect.poll(() => page.getByTestId('figure-leader').innerText()).toContain(new URL(server.url).host)
    expect(errors).toEqual([])
  })

  test('CP-1: it shows every node with its load, its slots, its live videos, its roles, and who leads', async () => {
    await using world = await startWorld(4)
    world.join('http://127.0.0.1:9201', ['dispatcher'])
    world.leader = 'http://127.0.0.1:9201'
    world.spread = [{ liveVideoId: 'cup-final', nodes: [first, third], viewers: 18_400 }]
    world.carry(second, {
      viewers: 12_345,
      deliveriesPerSecond: 678,
      liveVideos: [{ liveVideoId: 'gig', viewers: 9 }],
    })
    const page = await open(world)
    await expect.poll(() => headline(page)).toContain('All 4 nodes serving')
    expect(await textOf(node(page, second))).toMatch(/:9102.*12\.3K.*678.*1,024 slots.*25 %.*gig.*9/)
    expect(await textOf(page.getByTestId('other'))).toMatch(/:9201.*leads/)
    expect(await textOf(page.getByTestId('spread'))).toMatch(
      /cup-final.*18.4K watching on 2 nodes.*:9101.*:9103/,
    )
    const field = await page.getByRole('img', { name: /4,096 slots/ }).getAttribute('aria-label')
    expect(field).toBe('4,096 slots: :9101 1,024, :9102 1,024, :9103 1,024, :9104 1,024')
    expect(errors).toEqual([])
  })

  test('CP-2: a lost node is seen: its card, its slots that wait, and who takes them', async () => {
    await using world = await startWorld(4)
    world.carry(second, { viewers: 2_310 })
    const page = await open(world)
    await expect.poll(() => textOf(node(page, second))).toContain('2,310')
    const [slot = 0] = world.slotsOf(second)
    await expect.poll(() => filled(page, slot)).toBe(true)

    world.lose(second)
    await expect.poll(() => state(page, second)).toBe('lost')
    expect(await headline(page)).toMatch(/:9102 lost.*1,024 slots wait for another node/)
    expect(await textOf(node(page, second))).toMatch(/lost \d+ s.*2,310/)
    await expect.poll(() => filled(page, slot)).toBe(false)

    world.rebalance()
    await expect.poll(() => headline(page)).toContain('All slots are with living nodes again')
    await expect.poll(() => filled(page, slot)).toBe(true)
    await seesLine(page, '1,024 slots from :9102 to 3 nodes')
    expect(await logged(page)).toContain(':9102 lost: 1,024 slots wait for a node')
    expect(errors).toEqual([])
  })

  test('CP-2: a real node that is killed is seen, and so is who serves its slots then', async () => {
    await using cluster = await startCluster()
    const front = await cluster.start('gateway,dispatcher')
    const nodes = await Promise.all([1, 2, 3].map(() => cluster.start('realtime')))
    await expect.poll(() => nodesOf(front)).toBe(3)
    const page = await open(front)
    await expect.poll(() => headline(page)).toContain('All 3 nodes serving')
    const [killed] = nodes
    const url = killed?.url ?? ''
    await killed?.kill()
    await expect.poll(() => state(page, url)).toBe('lost')
    await expect.poll(() => headline(page)).toContain('All slots are with living nodes again')
    expect((await logged(page)).join('\n')).toMatch(new RegExp(`:${new URL(url).port} lost`))
    expect(errors).toEqual([])
  })

  test('CP-2: a node keeps its colour while others come and go', async () => {
    await using world = await startWorld(3)
    const page = await open(world)
    const look = async (url: string) =>
      /node-\d/.exec((await node(page, url).getAttribute('class')) ?? '')?.[0]
    const before = await look(third)
    expect(before).not.toBe(await look(first))
    world.lose(first)
    world.join('http://127.0.0.1:1')
    world.rebalance()
    await expect.poll(() => state(page, 'http://127.0.0.1:1')).toBe('new')
    expect(await look(third)).toBe(before)
  })

  test('CP-4: draining, joining and leaving are told for what they are', async () => {
    await using world = await startWorld(3)
    const page = await open(world)
    await seesLine(page, 'Watching 3 nodes, assignment 3')
    world.carry(third, { draining: true })
    await expect.poll(() => state(page, third)).toBe('draining')
    expect(await headline(page)).toContain(':9103 is draining')
    world.rebalance()
    await expect.poll(() => headline(page)).toContain('All slots are handed over')
    world.lose(third)
    await expect.poll(() => state(page, third)).toBe('left')
    world.join(fourth)
    world.rebalance()
    await expect.poll(() => state(page, fourth)).toBe('new')
    expect(await headline(page)).toContain(':9104 joined')
    const told = ['is draining: 1,365 slots to hand over', 'drained and left', ':9104 joined']
    for (const part of told) expect((await logged(page)).join('\n')).toContain(part)
  })

  test('CP-10: a node that the dispatcher cannot reach is marked, and the headline says what to check', async () => {
    await using world = await startWorld(3)
    const page = await open(world)
    world.join(fourth)
    await expect.poll(() => state(page, fourth)).toBe('new')
    world.unreached.add(fourth)
    await expect.poll(() => state(page, fourth)).toBe('unreached')
    expect(await textOf(node(page, fourth))).toContain('unreachable')
    expect(await headline(page)).toMatch(/:9104 cannot be reached.*gives it no slots: check CHORUS_NODE_URL/)
    world.unreached.delete(fourth)
    world.rebalance()
    await expect.poll(() => headline(page)).toContain('All 4 nodes serving')
    await seesLine(page, 'The dispatcher reaches :9104 now')
    expect(await logged(page)).toContain('The dispatcher cannot reach :9104: it gets no slots')
    for (let index = 4; index < 64; index++) world.join(nodeUrl(index))
    world.unreached.add(second)
    await page.setViewportSize(phone)
    await expect.poll(() => textOf(node(page, second))).toContain('unreachable')
    expect(errors).toEqual([])
  })

  test('CP-4: while the registry or the gateway is silent it says so and keeps the last picture', async () => {
    await using world = await startWorld(3)
    const page = await open(world)
    world.registry = 'unreachable'
    await expect.poll(() => headline(page)).toContain('Serving the last assignment')
    world.registry = 'connected'
    await expect.poll(() => headline(page)).toContain('All 3 nodes serving')
    world.answers = false
    await expect.poll(() => headline(page)).toContain('No answer from the gateway')
    expect(await page.getByTestId('node').count()).toBe(3)
    world.answers = true
    await expect.poll(() => headline(page)).toContain('All 3 nodes serving')
    expect((await logged(page)).slice(0, 4)).toEqual([
      'The gateway answers again',
      'The gateway does not answer',
      'The registry answers again',
      'The registry does not answer',
    ])
  })

  test('CP-5: a live video is looked up, and followed when its slot moves', async () => {
    await using world = await startWorld(2)
    const page = await open(world)
    const answer = page.getByTestId('look-up-answer')
    const slot = slotOf('northern-lights')
    const [owner, other] = world.slotsOf(first).includes(slot) ? [first, second] : [second, first]
    await page.getByTestId('look-up').fill('northern-lights')
    await page.getByTestId('look-up').press('Enter')
    await expect.poll(() => textOf(answer)).toBe(`Slot ${slot.toLocaleString('en')} on ${name(owner)}`)
    expect(await node(page, owner).getAttribute('class')).toContain('node-found')
    world.give(other, [slot])
    await expect.poll(() => textOf(answer)).toContain(name(other))

    await page.getByTestId('look-up').fill('no video at all')
    await page.getByTestId('look-up').press('Enter')
    await expect.poll(() => textOf(answer)).toBe('no video at all is not a LiveVideoId.')
    await page.getByTestId('look-up').press('Escape')
    await expect.poll(() => textOf(answer)).toBe('')
  })

  test('CP-6: a hidden page asks nothing, and asks at once when it is seen again', async () => {
    await using world = await startWorld(2)
    const page = await open(world)
    await page.clock.install()
    await show(page, 'visible')
    await show(page, 'hidden')
    // What was on its way when it was hidden may still arrive, also behind a request that was sent after it.
    const askedSince = async (before: number) => {
      await page.evaluate(() => fetch('/v1/dispatch'))
      return world.asked - before
    }
    await expect.poll(() => askedSince(world.asked)).toBe(1)
    const { asked } = world
    await page.clock.runFor(60_000)
    expect(await askedSince(asked)).toBe(1)
    world.lose(second)
    await show(page, 'visible')
    await expect.poll(() => state(page, second)).toBe('lost')
  })

  test('CP-7: cards are for some nodes, rows for many, a summary and the notable ones for very many', async () => {
    await using world = await startWorld(12)
    const page = await open(world)
    const layout = () => page.locator('.nodes').getAttribute('data-layout')
    expect(await layout()).toBe('cards')
    for (let index = 12; index < 64; index++) world.join(nodeUrl(index))
    await expect.poll(layout).toBe('rows')
    expect(await page.getByTestId('node').count()).toBe(64)
    for (let index = 64; index < 1_000; index++) world.join(nodeUrl(index))
    world.rebalance()
    await expect.poll(layout).toBe('summary')
    world.lose(nodeUrl(777))
    await expect.poll(() => state(page, nodeUrl(777))).toBe('lost')
    expect(await page.locator('.nodes-more').innerText()).toMatch(/and \d+ nodes more/)
    expect(errors).toEqual([])
  })

  test.for([
    ['phone', phone, 'light', 1],
    ['phone', phone, 'dark', 4],
    ['phone', phone, 'light', 64],
    ['desktop', desktop, 'dark', 1],
    ['desktop', desktop, 'light', 4],
    ['desktop', desktop, 'dark', 64],
    ['tablet', { width: 820, height: 1180 }, 'light', 12],
  ] as const)('CP-7: it fits a %s %o, %s, with %i nodes', async ([, viewport, colorScheme, count]) => {
    await using world = await startWorld(count)
    const page = await open(world, { viewport, colorScheme })
    await page.getByTestId('node').first().waitFor()
    const { width, scrollWidth, height, scrollHeight } = await page.evaluate(() => ({
      width: innerWidth,
      scrollWidth: document.documentElement.scrollWidth,
      height: innerHeight,
      scrollHeight: document.documentElement.scrollHeight,
    }))
    expect(scrollWidth).toBeLessThanOrEqual(width)
    if (viewport.width >= 1_180) expect(scrollHeight).toBeLessThanOrEqual(height)
    const field = await page.getByTestId('field').boundingBox()
    expect(field?.width).toBeGreaterThan(Math.min(viewport.width, viewport.height) / 3)
    expect((field?.x ?? 0) + (field?.width ?? Infinity)).toBeLessThanOrEqual(viewport.width)
  })

  test('CP-9: by keyboard a node is picked and let go, and nothing moves for who wants stillness', async () => {
    await using world = await startWorld(3)
    const page = await open(world, { reducedMotion: 'reduce' })
    const button = page.getByRole('button', { name: ':9102: show its slots' })
    await button.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true')
    expect(await textOf(page.getByTestId('look-up-answer'))).toMatch(/slots of :9102/)
    await page.keyboard.press('Enter')
    await expect.poll(() => button.getAttribute('aria-pressed')).toBe('false')
    world.lose(second)
    world.rebalance()
    await expect.poll(() => state(page, second)).toBe('lost')
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
  })
})

/** What one reads of it, as one line. */
const textOf = async (element: Locator): Promise<string> => (await element.innerText()).replace(/\s+/g, ' ')

const name = (url: string) => `:${new URL(url).port}`

/** So many nodes with their share of the slots, and a leader. */
async function startWorld(nodes: number): Promise<ClusterWorld> {
  const world = await startClusterWorld()
  for (let index = 0; index < nodes; index++)
    world.join(nodeUrl(index), ['realtime'], { viewers: 100 + index })
  world.leader = first
  world.rebalance()
  return world
}

/** Whether the cell of a slot has a colour in its middle; of one that no living node has only the edge is drawn. */
const filled = (page: Page, slot: number): Promise<boolean> =>
  page.getByTestId('field').evaluate((canvas: HTMLCanvasElement, slot) => {
    const pitch = canvas.width / 64
    const middle = (place: number) => Math.floor((place + 0.44) * pitch)
    const pixel = canvas
      .getContext('2d')
      ?.getImageData(middle(slot % 64), middle(Math.floor(slot / 64)), 1, 1)
    return (pixel?.data[3] ?? 0) > 0
  }, slot)

/** As if another tab came before the page, or went. */
const show = (page: Page, visibility: 'visible' | 'hidden'): Promise<void> =>
  page.evaluate((visibility) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibility })
    document.dispatchEvent(new Event('visibilitychange'))
  }, visibility)
