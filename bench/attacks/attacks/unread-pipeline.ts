import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { get, openSilent } from '../clients.ts'
import { livenessFigures, settleMs } from '../liveness.ts'

const pipelineBytes = 65_536
const connections = 80

/** Many requests on one connection whose answers are never read. */
export const unreadPipeline: Attack = {
  name: 'unread pipeline',
  input: `${connections} connections, each 64 KB of \`GET /openapi.json\`, never read`,
  async run(target) {
    const request = get('/openapi.json')
    const bytes = request.repeat(Math.floor(pipelineBytes / request.length))
    const sockets = await Promise.all(Array.from({ length: connections }, () => openSilent(target, bytes)))
    await sleep(settleMs)
    const figures = await livenessFigures(target)
    for (const socket of sockets) socket.destroy()
    return figures
  },
}
