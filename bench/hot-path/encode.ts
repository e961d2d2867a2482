import { keptBytes } from '../../src/domain/kept-bytes.ts'
import { encodeLogEvent } from '../../src/realtime/encode.ts'
import { ratioOf } from './ratio.ts'
import { eventOf } from './samples.ts'

const events = Array.from({ length: 1_000 }, (_, seq) => eventOf(seq + 1))

/** An event as bytes, against its JSON as bytes. */
export const measureEncode = (): Promise<number> =>
  ratioOf(() => events.map((event) => encodeLogEvent(event)), encodeBarely)

/** What memory of its own costs: JSON in bytes that have it, against the same in a piece of Node's slab. */
export const measureKeptEncode = (): Promise<number> =>
  ratioOf(() => events.map(({ comment }) => keptBytes(JSON.stringify(comment))), encodeBarely)

const encodeBarely = (): unknown => events.map(({ comment }) => Buffer.from(JSON.stringify(comment)))
