// Makes the picture of the cluster page in docs/: four workers, some viewers and authors, and one worker that has just been
// killed. Part of `npm run picture`; needs Chromium, as the tests do.
import { fileURLToPath } from 'node:url'
import type { Dispatch } from '../src/protocol/dispatch.ts'
import { authorOf } from '../test/support/author.ts'
import { startChorusWith } from '../test/support/chorus-server.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { readDispatch } from '../test/support/cluster.ts'
import { Viewer } from '../test/support/viewer.ts'

const picture = fileURLToPath(new URL('../docs/cluster-page.png', import.meta.url))
const liveVideoIds = [
  'aurora',
  'derby',
  'keynote',
  'goal-cam',
  'late-show',
  'kitchen',
  'chess-final',
  'tide-pool',
]
const viewersMax = 120
const talkMs = 25_000
const lostMs = 1_200

const server = await startChorusWith({ CHORUS_WORKERS: '4' })
using crowd = new DisposableStack()
for (const [rank, liveVideoId] of liveVideoIds.entries())
  for (let viewer = 0; viewer < viewersMax / (rank + 1); viewer++)
    crowd.use(new Viewer(server, liveVideoId, { query: 'history=0', returns: true }))

const talk = setInterval(() => {
  const author = authorOf(server, { sub: 'ann' })
  for (const liveVideoId of liveVideoIds) author.comment(liveVideoId, 'hello').catch(() => {})
}, 500)

const browser = await launchChromium()
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' })
await page.goto(`${server.url}/cluster`)
await sleep(talkMs)
process.kill(pidOf(busiest(await readDispatch(server))), 'SIGKILL')
await sleep(lostMs)
await page.screenshot({ path: picture })
clearInterval(talk)
await browser.close()
await server[Symbol.asyncDispose]()

function busiest({ nodes }: Dispatch): string {
  return nodes.toSorted((a, b) => b.load.viewers - a.load.viewers)[0]?.url ?? ''
}

/** As the worker's own log line says. */
function pidOf(url: string): number {
  const lines = server.printed.split('\n').filter((line) => line.includes('"msg":"started"'))
  return lines.map((line) => JSON.parse(line)).find((line) => line.url === url).pid
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
