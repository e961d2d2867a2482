import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Author, authorWith } from '../support/author.ts'
import { type ChorusServer, startChorus } from '../support/chorus-server.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { send } from '../support/http-client.ts'

const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

describe('the watch page', () => {
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

  /** Someone with a browser of their own. */
  async function open(
    url: string,
    viewport = desktop,
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<Page> {
    const context = await browser.newContext({ viewport, colorScheme })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(url)
    await connection(page, 'live')
    return page
  }

  const connection = (page: Page, status: string) =>
    page.locator(`[data-testid=connection][data-status=${status}]`).waitFor({ state: 'attached' })

  const textsOf = (page: Page): Promise<string[]> =>
    page.getByTestId('comment').locator('.text').allTextContents()
  const comment = (page: Page, text: string): Locator => page.getByTestId('comment').filter({ hasText: text })

  async function say(page: Page, text: string): Promise<void> {
    await page.getByTestId('composer-text').fill(text)
    await page.getByTestId('composer-send').click()
  }

  async function introduce(page: Page, name: string, firstWords: string): Promise<void> {
    await say(page, firstWords)
    await page.getByTestId('name-input').fill(name)
    await page.getByTestId('name-save').click()
    await comment(page, firstWords).and(page.locator('[data-state=confirmed]')).waitFor()
  }

  test('PG-1: two people in two browsers see each other’s comments, each once', async () => {
    await using server = await startDemo()
    const [ann, ben] = [await open(server.url), await open(server.url, phone)]
    await introduce(ann, 'Ann', 'hello from Ann')
    await comment(ben, 'hello from Ann').waitFor()
    await introduce(ben, 'Ben', 'hello from Ben')
    await comment(ann, 'hello from Ben').waitFor()
    for (const text of ['one', 'two', 'three']) await say(ann, text)
    await comment(ben, 'three').waitFor()
    const expected = ['hello from Ann', 'hello from Ben', 'one', 'two', 'three']
    await expect.poll(() => textsOf(ann)).toEqual(expected)
    await expect.poll(() => textsOf(ben)).toEqual(expected)
    expect(errors).toEqual([])
  })

  test('PG-1: one’s own comment is there at once, marked until the server has it, and never twice', async () => {
    await using server = await startDemo()
    const page = await open(server.url)
    await introduce(page, 'Ann', 'first')
    const released = Promise.withResolvers<void>()
    await page.route('**/comments', async (route) => {
      await released.promise
      await route.continue()
    })
    await say(page, 'slow one')
    await comment(page, 'slow one').and(page.locator('[data-state=pending]')).waitFor()
    released.resolve()
    await comment(page, 'slow one').and(page.locator('[data-state=confirmed]')).waitFor()
    expect(await textsOf(page)).toEqual(['first', 'slow one'])
  })

  test('PG-2: a restart of the server is told, survived, and costs no comment', async () => {
    await using server = await startDemo()
    const [ann, ben] = [await open(server.url), await open(server.url)]
    await introduce(ann, 'Ann', 'before')
    await introduce(ben, 'Ben', 'also before')
    const { port } = server
    await server.kill()
    await connection(ann, 'reconnecting')
    await server.start(port)
    await Promise.all([connection(ann, 'live'), connection(ben, 'live')])
    await say(ann, 'after')
    await comment(ben, 'after').waitFor()
    await say(ben, 'still Ben')
    const expected = ['before', 'also before', 'after', 'still Ben']
    await expect.poll(() => textsOf(ann)).toEqual(expected)
    await expect.poll(() => textsOf(ben)).toEqual(expected)
    expect(errors).toEqual([])
  })

  test('PG-2: what is written while the server is away is posted when it is back, once', async () => {
    await using server = await startDemo()
    const page = await open(server.url)
    await introduce(page, 'Ann', 'before')
    const { port } = server
    await server.kill()
    await connection(page, 'reconnecting')
    await say(page, 'into the void')
    await comment(page, 'into the void').and(page.locator('[data-state=pending]')).waitFor()
    await server.start(port)
    await comment(page, 'into the void').and(page.locator('[data-state=confirmed]')).waitFor()
    expect(await textsOf(page)).toEqual(['before', 'into the void'])
  })

  test('PG-3: it says who watches and what is pinned, and takes a removed comment away', async () => {
    await using server = await startDemo()
    const [ann, ben] = [await open(server.url), await open(server.url)]
    await expect.poll(() => ann.getByTestId('viewers').textContent()).toMatch(/2/)
    await introduce(ann, 'Ann', 'please pin me')
    await introduce(ben, 'Ben', 'an aside')
    const moderator = await moderatorOf(server)
    const id = await comment(ann, 'please pin me').getAttribute('data-comment-id')
    await moderator.change('lobby', { pinnedCommentId: id })
    for (const page of [ann, ben])
      await page.getByTestId('pinned').filter({ hasText: 'please pin me' }).waitFor()
    await moderator.remove('lobby', id ?? '')
    for (const page of [ann, ben]) {
      await expect.poll(() => textsOf(page)).toEqual(['an aside'])
      await page.getByTestId('pinned').filter({ hasText: 'please pin me' }).waitFor({ state: 'detached' })
    }
  })

  test('PG-3: it says why a comment is refused: too many, and closed', async () => {
    await using server = await startChorus({ CHORUS_POST_LIMIT: '1/1h' })
    const page = await open(server.url)
    await introduce(page, 'Ann', 'my one comment')
    await say(page, 'one too many')
    await page.getByTestId('notice').waitFor()
    await (await moderatorOf(server)).change('lobby', { closed: true })
    await page
      .getByTestId('notice')
      .filter({ hasText: /closed/i })
      .waitFor()
  })

  test.for([
    ['phone', phone, 'light'],
    ['phone', phone, 'dark'],
    ['desktop', desktop, 'light'],
    ['desktop', desktop, 'dark'],
  ] as const)('PG-4: it fits a %s %o, %s', async ([, viewport, scheme]) => {
    await using server = await startDemo()
    const page = await open(server.url, viewport, scheme)
    await introduce(page, 'Ann', `${'unbreakable'.repeat(60)} and שלום and 🎉`)
    const { width, scrollWidth, height, scrollHeight } = await page.evaluate(() => ({
      width: innerWidth,
      scrollWidth: document.documentElement.scrollWidth,
      height: innerHeight,
      scrollHeight: document.documentElement.scrollHeight,
    }))
    expect(scrollWidth).toBeLessThanOrEqual(width)
    expect(scrollHeight).toBeLessThanOrEqual(height)
    const composer = await page.getByTestId('composer-text').boundingBox()
    expect((composer?.y ?? Infinity) + (composer?.height ?? 0)).toBeLessThanOrEqual(viewport.height)
  })

  test('PG-5: what someone writes is text, never markup', async () => {
    await using server = await startDemo()
    const [ann, ben] = [await open(server.url), await open(server.url)]
    const attack = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>'
    await introduce(ann, '<b>Ann</b>', attack)
    await comment(ben, attack).waitFor()
    expect(await textsOf(ben)).toEqual([attack])
    expect(await ben.title()).not.toBe('taken')
  })
})

const startDemo = (): Promise<ChorusServer> => startChorus({})

async function moderatorOf(server: ChorusServer): Promise<Author> {
  const reply = await send(server, 'POST', '/v1/demo/tokens', { body: { name: 'Mo', role: 'moderator' } })
  return authorWith(server, reply.json<{ token: string }>().token)
}
