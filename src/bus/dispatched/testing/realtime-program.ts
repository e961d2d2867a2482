import { realtimeEnd } from './ends.ts'
import type { Told } from './realtime-process.ts'

const tell = (told: Told) => process.send?.(told)

const { url, bus } = await realtimeEnd()
bus.onEvents((received) => tell({ received }))
for (const liveVideoId of process.argv.slice(2)) await bus.subscribe(liveVideoId)
process.once('disconnect', () => process.exit())
tell({ url })
