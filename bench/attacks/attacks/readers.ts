import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { ask, askStream, floodByMany, get, othersAddress } from '../clients.ts'
import type { Target } from '../target.ts'
import { witnessPosts } from '../witness.ts'

const text = 'a comment of some length, as people write them '.repeat(4)
const lookingMs = 8_000

/** Readiness and new viewers of another live video, while 1,200 connections read history. */
export const readers: Attack = {
  name: 'readiness behind readers',
  input: '1,200 connections that ask for `GET …/comments?limit=200` again and again',
  async run(target) {
    await target.seed('history', 400, text)
    const stop = floodByMany(target, 1_200, () => get('/v1/live-videos/history/comments?limit=200'))
    await sleep(1_000)
    let [looks, unready, sentAway] = [0, 0, 0]
    const until = performance.now() + lookingMs
    const posts = await witnessPosts(target, async () => {
      while (performance.now() < until) {
        looks++
        if (!(await isReady(target))) unready++
        if (!(await opensStream(target, `other-${looks}`))) sentAway++
      }
    })
    stop()
    return [
      { name: 'not ready', value: (100 * unready) / looks, unit: '%' },
      { name: 'viewers sent away', value: (100 * sentAway) / looks, unit: '%' },
      ...posts,
    ]
  },
}

async function isReady(target: Target): Promise<boolean> {
  const { socket, answer } = await ask(target, get('/readyz'), othersAddress)
  socket.destroy()
  return answer.startsWith('HTTP/1.1 200')
}

async function opensStream(target: Target, liveVideoId: string): Promise<boolean> {
  const { isOpen, socket } = await askStream(target, liveVideoId, [], othersAddress)
  socket.destroy()
  return isOpen
}
