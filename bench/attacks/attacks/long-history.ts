import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { ask, floodByMany, get } from '../clients.ts'
import { longestText } from '../target.ts'
import { witnessPosts } from '../witness.ts'

/** The most that one small request can ask for, by 50 clients at once. */
export const longHistory: Attack = {
  name: 'history without bound',
  input:
    '50 clients that open a stream with 50 of the longest comments, or read pages of 200, again and again',
  async run(target) {
    await target.seed('long', 200, longestText)
    const stop = floodByMany(target, 50, () => get('/v1/live-videos/long/comments?limit=200'))
    let stopped = false
    const opener = async () => {
      while (!stopped) (await ask(target, get('/v1/live-videos/long/stream?history=200'))).socket.destroy()
    }
    const openers = Promise.all(Array.from({ length: 10 }, opener))
    await sleep(500)
    const figures = await witnessPosts(target, () => sleep(4_000).then(() => {}))
    stopped = true
    await openers
    stop()
    return [{ name: 'memory, peak', value: await target.peakMegabytes(), unit: 'MB' }, ...figures]
  },
}
