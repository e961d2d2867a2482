import type { Socket } from 'node:net'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { Audience } from '../../src/realtime/audience.ts'
import { plainChunks } from '../../src/realtime/body-coding.ts'
import { Connection } from '../../src/realtime/connection.ts'
import { NetViewerSocket } from '../../src/realtime/net-viewer-socket.ts'
import { defaultRealtimeOptions } from '../../src/realtime/options.ts'
import type { RealtimeWorld } from '../../src/realtime/world.ts'
import { WriteDemand } from '../../src/realtime/write-demand.ts'
import { systemClock } from '../../src/system.ts'
import { ratioOf } from './ratio.ts'
import { entryOf } from './samples.ts'
import { realSockets } from './sockets.ts'

const viewers = 500

/** A frame through an audience to real sockets, against `socket.write` of the same bytes to the same sockets in a loop. */
export async function measureFanOut(): Promise<number> {
  await using pairs = await realSockets(viewers)
  const { sockets } = pairs
  const send = audienceOf(sockets)
  const { bytes } = entryOf(1)
  return await ratioOf(send, async () => {
    for (const socket of sockets) socket.write(bytes)
    await new Promise(setImmediate)
  })
}

/** Returns how to send all of them one event, and wait until it is written. */
function audienceOf(sockets: readonly Socket[]): () => Promise<void> {
  let written = () => {}
  const metrics = { ...createMetrics().realtime, deliveryLatency: () => written() }
  const options = { ...defaultRealtimeOptions, gatherMsMax: 0, sliceMs: 1_000 }
  const world = { clock: systemClock, options, metrics } as unknown as RealtimeWorld
  const head = { epoch: 'k3v9', seq: 0 }
  const audience = new Audience('all', {
    world,
    demand: new WriteDemand(),
    tail: { head },
    fellBehind: () => {},
  })
  const anonymous = { expiresAt: null, authorId: null, quickHeartbeats: false }
  const terms = { rate: 'all', coding: plainChunks, ...anonymous } as const
  for (const socket of sockets) audience.live.add(new Connection(new NetViewerSocket(socket), terms))
  for (const connection of audience.live) connection.state = 'live'
  return () =>
    new Promise<void>((resolve) => {
      written = resolve
      audience.add(entryOf(++head.seq))
    })
}
