import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { get, openSilent } from '../clients.ts'
import { livenessFigures, settleMs } from '../liveness.ts'
import { longestText } from '../target.ts'

const requestBytes = 57_600

/** Few bytes that ask for many, on one connection that is never read. */
export const unreadHistory: Attack = {
  name: 'unread history',
  input: 'one connection, 57,600 bytes of `GET …/comments?limit=200` of the longest comments, never read',
  async run(target) {
    await target.seed('long', 200, longestText)
    const request = get('/v1/live-videos/long/comments?limit=200')
    const socket = await openSilent(target, request.repeat(Math.floor(requestBytes / request.length)))
    await sleep(settleMs)
    const figures = await livenessFigures(target)
    socket.destroy()
    return figures
  },
}
