import { plainChunks } from '../../src/realtime/body-coding.ts'
import { ChunkedDecoder } from '../../tools/loadgen/wire/chunked.ts'
import type { NodeProcess } from './node-process.ts'
import type { SimulatedSocket } from './simulated-socket.ts'
import type { World } from './world.ts'

/** Notices, heartbeats and the words at the end, which a viewer gets whatever waits for it. */
const noticesBytesMax = 512

/**
 * Looks at every write to a viewer: how much waits for it, and whether a removed comment is in it.
 * @param authorId whose own comments come on top of a frame: a sample would have left them out
 */
export function inspectWrites(
  world: World,
  process: NodeProcess,
  authorId: string | null,
): (bytes: Buffer, socket: SimulatedSocket) => Buffer {
  const { options } = world.plan
  let ownBytesMax = 0
  return (bytes, socket) => {
    const waiting = socket.waitingBytes + bytes.length
    const frameBytes = Math.max(options.frameBytesMax, world.logs.largestBytes)
    if (authorId !== null) ownBytesMax = Math.max(ownBytesMax, ownBytesIn(bytes, authorId))
    const bound = options.outboxBytesMax + frameBytes + ownBytesMax + noticesBytesMax
    if (waiting > bound)
      world.problems.report('RT-5', `${waiting} bytes wait for one viewer, ${bound} allowed`)
    world.figures.highest('bytes waiting', waiting)
    if (process.removed.size > 0) checkRemoved(world, process, bytes)
    const { write } = world.sabotage
    return write === null ? bytes : rewrite(bytes, write)
  }
}

/** Changes the text of one write, which is a chunk, and the last chunk behind it at the end. */
function rewrite(bytes: Buffer, change: (text: string) => string): Buffer {
  const texts: Buffer[] = []
  const body = new ChunkedDecoder((part) => texts.push(part))
  body.decode(bytes)
  const text = change(Buffer.concat(texts).toString())
  return body.done ? plainChunks.encodeLast(text) : plainChunks.encode(text, 1)
}

const ownBytesIn = (bytes: Buffer, authorId: string): number =>
  [...bytes.toString('latin1').matchAll(/^id: \S+\nevent: comment\.created\ndata: .*\n\n/gm)]
    .filter(([block]) => block.includes(`"author":{"id":"${authorId}"`))
    .reduce((sum, [block]) => sum + block.length, 0)

function checkRemoved(world: World, { removed, name }: NodeProcess, bytes: Buffer): void {
  for (const id of createdIn(bytes))
    if (removed.has(id))
      world.problems.report('RT-15', `${name} wrote the comment ${id}, whose removal it had accepted`)
}

// The same bytes go to every viewer of a channel.
const known = new WeakMap<Buffer, string[]>()

function createdIn(bytes: Buffer): string[] {
  const found = known.get(bytes) ?? readCreated(bytes)
  known.set(bytes, found)
  return found
}

const readCreated = (bytes: Buffer): string[] =>
  [...bytes.toString('latin1').matchAll(/^id: ([^\s:]+:\d+)\S*\nevent: comment\.created\n/gm)].map(
    ([, id]) => id ?? '',
  )
