import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { ask, get } from '../clients.ts'
import type { Target } from '../target.ts'
import { witnessPosts } from '../witness.ts'

const comments = 2_000
const text = 'what somebody writes while watching, long enough to fill a ring '.repeat(8)
const clients = 20
/** The ring holds at least this many of the newest comments. */
const inRing = 900

/** Viewers who come back compressed, each at another position. */
export const gzipResume: Attack = {
  name: 'gzip resume',
  input: `${clients} clients that resume at random positions of a full ring, with gzip`,
  async run(target) {
    await target.seed('ring', comments, text)
    const epoch = await epochOf(target)
    let [asked, stopped] = [0, false]
    const client = async () => {
      while (!stopped) {
        const position = `${epoch}:${comments - Math.floor(Math.random() * inRing)}`
        const headers = ['Accept-Encoding: gzip', `Last-Event-ID: ${position}`]
        const { socket } = await ask(target, get('/v1/live-videos/ring/stream', headers))
        socket.destroy()
        asked++
      }
    }
    const before = await target.cpuSeconds()
    const run = Promise.all(Array.from({ length: clients }, client))
    const figures = await witnessPosts(target, () => sleep(4_000).then(() => {}))
    stopped = true
    await run
    const milliseconds = ((await target.cpuSeconds()) - before) * 1_000
    return [{ name: 'CPU each', value: milliseconds / asked, unit: 'ms' }, ...figures]
  },
}

async function epochOf(target: Target): Promise<string> {
  const response = await fetch(`${target.url}/v1/live-videos/ring/comments?limit=1`)
  const { after } = (await response.json()) as { after: string }
  return after.split(':')[0] ?? ''
}
