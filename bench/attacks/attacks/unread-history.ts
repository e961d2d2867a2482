import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { get, openSilent } from '../clients.ts'
import { livenessFigures } from '../liveness.ts'

const requestBytes = 57_600

/** As long as a busy server needs for all that it was asked. */
const settleMs = 15_000

/** The longest text that is accepted, of characters that take the most bytes. */
const longText = '𐍈'.repeat(5_000)

/** Few bytes that ask for many, on one connection that is never read. */
export const unreadHistory: Attack = {
  name: 'unread history',
  input: 'one connection, 57,600 bytes of `GET …/comments?limit=200` of the longest comments, never read',
  async run(target) {
    await target.seed('long', 200, longText)
    const request = get('/v1/live-videos/long/comments?limit=200')
    const socket = await openSilent(target, request.repeat(Math.floor(requestBytes / request.length)))
    await sleep(settleMs)
    const figures = await livenessFigures(target)
    socket.destroy()
    return figures
  },
}
