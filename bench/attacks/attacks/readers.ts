import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { ask, floodByMany, get, othersAddress } from '../clients.ts'
import type { Target } from '../target.ts'
import { witnessPosts } from '../witness.ts'

const text = 'a comment of some length, as people write them '.repeat(4)
const looks = 40

/** Readiness and new viewers of another live video, while 1,200 connections read history. */
export const readers: Attack = {
  name: 'readiness behind readers',
  input: '1,200 connections that ask for `GET …/comments?limit=200` again and again',
  async run(target) {
    await target.seed('history', 400, text)
    const stop = floodByMany(target, 1_200, () => get('/v1/live-videos/history/comments?limit=200'))
    await sleep(1_000)
    let [unready, sentAway] = [0, 0]
    const posts = await witnessPosts(target, async () => {
      for (let look = 0; look < looks; look++) {
        if (!(await isReady(target))) unready++
        if (!(await opensStream(target, `other-${look}`))) sentAway++
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

/** A stream begins with a position; what is told to come back gets none. */
async function opensStream(target: Target, liveVideoId: string): Promise<boolean> {
  const path = `/v1/live-videos/${liveVideoId}/stream?history=50`
  const { socket, answer } = await ask(target, get(path), othersAddress)
  const body = answer.includes('id:') ? answer : answer + (await nextBytes(socket))
  socket.destroy()
  return body.includes('id:')
}

const nextBytes = (socket: Awaited<ReturnType<typeof ask>>['socket']): Promise<string> =>
  new Promise((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString('latin1')))
    socket.once('close', () => resolve(''))
  })
