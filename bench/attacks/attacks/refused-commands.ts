import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from '../attack.ts'
import { floodByMany } from '../clients.ts'
import { tokenOf } from '../target.ts'
import { witnessPosts } from '../witness.ts'

const body = '{"closed":true}'

/** What a viewer's token does not allow, as fast as it can be asked for. */
export const refusedCommands: Attack = {
  name: 'refused commands',
  input: 'one token of a viewer, 100 connections, pipelines of 100 `PATCH … {"closed":true}`',
  async run(target) {
    const head = [
      'PATCH /v1/live-videos/v HTTP/1.1',
      'Host: a',
      `Authorization: Bearer ${tokenOf('viewer')}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ]
    const request = `${head.join('\r\n')}\r\n\r\n${body}`
    const stop = floodByMany(target, 100, () => request, 100)
    await sleep(500)
    const figures = await witnessPosts(target, () => sleep(4_000).then(() => {}))
    stop()
    return figures
  },
}
