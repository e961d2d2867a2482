import { pipeline, Transform } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { HeldBytes } from './held-bytes.ts'

/** More than nearly every body is. */
const pieceBytes = 16_384

/**
 * Joins the pieces in which a body arrives while they arrive: of a client that sends it byte by byte each would be a buffer
 * of some hundred bytes until it is whole. A request without a body, or whose body is there
 * already, is left as it is.
 */
export function joinBodyPieces(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { 'content-length': length = 0, 'transfer-encoding': coding } = request.headers
    const isWhole = coding === undefined && request.raw.readableLength >= Number(length)
    // What goes wrong is told by the joined stream, too.
    done(null, isWhole ? payload : pipeline(payload, joined(request.routeOptions.bodyLimit ?? 0), () => {}))
  })
}

/** @param bytesMax of a body; where there are more, they are passed on to be refused at once */
function joined(bytesMax: number): Transform {
  const held = new HeldBytes()
  let total = 0
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      held.append(bytes)
      total += bytes.length
      if (held.length < pieceBytes && total <= bytesMax) done()
      else done(null, held.takeAll())
    },
    flush(done) {
      done(null, held.takeAll())
    },
  })
}
