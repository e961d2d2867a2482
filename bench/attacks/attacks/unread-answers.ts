import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { get, openSilent } from '../clients.ts'
import { livenessFigures } from '../liveness.ts'
import { longestText } from '../target.ts'

const connections = 300
const patienceMs = 45_000

/** One answer for each connection, none of them ever read. */
export const unreadAnswers: Attack = {
  name: 'unread answers',
  input: `${connections} connections, one \`GET …/comments?limit=200\` of the longest comments each, never read`,
  async run(target) {
    await target.seed('long', 200, longestText)
    const request = get('/v1/live-videos/long/comments?limit=200')
    const sockets = await Promise.all(Array.from({ length: connections }, () => openSilent(target, request)))
    await sleep(patienceMs)
    const figures = await livenessFigures(target)
    // A paused socket hears of its end only when it reads again.
    for (const socket of sockets) socket.resume()
    await sleep(2_000)
    const open = sockets.filter((socket) => !socket.closed && !socket.readableEnded).length
    for (const socket of sockets) socket.destroy()
    return [...figures, { name: `open after ${patienceMs / 1_000} s`, value: open, unit: '' }]
  },
}
