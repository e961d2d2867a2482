import { existsSync } from 'node:fs'
import { launch } from 'puppeteer-core'
import { launchChromium } from '../support/chromium.ts'
import type { ClientHost, Order, Seen } from './program.ts'

/** As much of a page as a test needs of either driver. */
interface Page {
  exposeFunction(name: string, run: (seen: Seen) => void): Promise<unknown>
  evaluate(run: (order: Order) => void, order: Order): Promise<void>
}

const firefox = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path))
export const hasFirefox = firefox !== undefined

export async function startChromium(onSeen: (seen: Seen) => void): Promise<ClientHost> {
  const browser = await launchChromium()
  return hostIn(await browser.newPage(), () => browser.close(), onSeen)
}

/** Playwright drives only a Firefox of its own; puppeteer drives Debian's, by WebDriver BiDi. */
export async function startFirefox(onSeen: (seen: Seen) => void): Promise<ClientHost> {
  const browser = await launch({ browser: 'firefox', executablePath: firefox ?? '', headless: true })
  return hostIn(await browser.newPage(), () => browser.close(), onSeen)
}

async function hostIn(
  page: Page,
  close: () => Promise<void>,
  onSeen: (seen: Seen) => void,
): Promise<ClientHost> {
  await page.exposeFunction('seen', onSeen)
  const host: ClientHost = {
    complaints: '',
    watch: (order) =>
      void page
        .evaluate(watchHere, order)
        .catch((error) => Object.assign(host, { complaints: String(error) })),
    [Symbol.asyncDispose]: close,
  }
  return host
}

/** Runs in the page. */
function watchHere({ stream, url }: Order): void {
  const source = new EventSource(url)
  source.addEventListener('comment.created', ({ type, data }) => {
    const { seen } = window as unknown as { seen: (seen: Seen) => void }
    seen({ stream, event: type, data })
  })
}
