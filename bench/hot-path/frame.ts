import { constants, deflateRawSync } from 'node:zlib'
import { joinKept } from '../../src/domain/kept-bytes.ts'
import { type BodyCoding, gzipChunks, plainChunks } from '../../src/realtime/body-coding.ts'
import { Frame } from '../../src/realtime/frame.ts'
import { ratioOf } from './ratio.ts'
import { entryOf } from './samples.ts'

const entries = Array.from({ length: 10 }, (_, index) => entryOf(index + 1))
const parts = { entries, shown: null, epoch: 'k3v9', viewers: 1_000 }

/** A frame's bytes for its first viewer and for one after it, against joining its events once. */
export const measureFrame = (): Promise<number> => ratioOf(() => codeTwice(plainChunks), join)

/** What memory of its own costs: the events joined in bytes that have it, against the same in a piece of Node's slab. */
export const measureKeptJoin = (): Promise<number> =>
  ratioOf(() => joinKept(entries.map(({ bytes }) => bytes)), join)

/** The same, compressed, against compressing the joined events once. */
export const measureGzipFrame = (): Promise<number> =>
  ratioOf(
    () => codeTwice(gzipChunks),
    () => deflateRawSync(join(), { finishFlush: constants.Z_FULL_FLUSH }),
  )

function codeTwice(coding: BodyCoding): unknown {
  const frame = new Frame(parts)
  const reader = { seq: 0, coding, authorId: null }
  return [frame.bytesFor(reader), frame.bytesFor(reader)]
}

const join = (): Buffer => Buffer.concat(entries.map(({ bytes }) => bytes))
