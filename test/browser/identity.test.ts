import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type ChorusServer, startChorus } from '../support/chorus-server.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { signToken } from '../support/tokens.ts'

let browser: Browser
let server: ChorusServer

beforeAll(async () => {
  server = await startChorus()
  if (!noChromium) browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await server[Symbol.asyncDispose]()
})
beforeEach((context) => {
  if (noChromium) context.skip(noChromium)
})

const addressFor = (name: string, query = ''): string =>
  `${server.url}/?v=identity${query}#token=${signToken({ sub: name.toLowerCase(), name })}`

async function open(url: string): Promise<Page> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(url)
  return page
}

const nameOn = (page: Page) => page.locator('.composer-form .me').getAttribute('title')

test('PG-6: a token is taken when the page is loaded and leaves the address; one that comes later leaves it only', async () => {
  const page = await open(addressFor('Ann'))
  await expect.poll(() => nameOn(page)).toBe('Ann')
  expect(page.url()).not.toContain('token')
  await page.evaluate((address) => location.assign(address), addressFor('Mallory'))
  await expect.poll(() => page.url()).not.toContain('token')
  expect(await nameOn(page)).toBe('Ann')
  expect(await page.getByTestId('identity-offer').count()).toBe(0)
})

test('PG-6: a link for somebody else asks, and the answer stands', async () => {
  const page = await open(addressFor('Ann'))
  for (const [answer, name] of [
    ['offer-decline', 'Ann'],
    ['offer-take', 'Mallory'],
  ] as const) {
    await page.goto(addressFor('Mallory', `&${answer}`))
    await page.getByTestId('identity-offer').waitFor()
    expect(await nameOn(page)).toBe('Ann')
    await page.getByTestId(answer).click()
    await expect.poll(() => nameOn(page)).toBe(name)
    await page.reload()
    await expect.poll(() => nameOn(page)).toBe(name)
    expect(await page.getByTestId('identity-offer').count()).toBe(0)
  }
})

/** Another site, whose page may open the watch page in a window and keep hold of it. */
async function otherSite(): Promise<string> {
  const site = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<p>'),
  ).listen(0)
  onTestFinished(() => void site.close().closeAllConnections())
  await new Promise((resolve) => site.once('listening', resolve))
  return `http://localhost:${(site.address() as AddressInfo).port}/`
}

test('PG-6: a site that has opened the watch page has no hold on its window', async () => {
  const opener = await open(await otherSite())
  const opened = opener.waitForEvent('popup')
  await opener.evaluate(
    (url) => void Object.assign(window, { held: window.open(url, 'watch') }),
    addressFor('Ann'),
  )
  const page = await opened
  await expect.poll(() => nameOn(page)).toBe('Ann')
  const isHeld = () => opener.evaluate(() => !(window as unknown as { held: Window }).held.closed)
  await expect.poll(isHeld).toBe(false)
  expect(await page.evaluate(() => window.opener)).toBeNull()
})
