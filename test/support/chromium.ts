import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)

/** Why there is no browser to test with; null when there is one. */
export const noChromium: string | null = executable
  ? null
  : 'no Chromium on this machine, and none could be installed'

/** A real Chromium without a window; whoever launches it closes it. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executable ?? '',
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
