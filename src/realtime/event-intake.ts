import { isAuthorization } from '../auth/cluster-key.ts'
import { ChorusError } from '../domain/errors.ts'
import type { HttpServer } from '../http/server.ts'

/** Takes batches of events that other nodes post: the receiving half of a bus. */
export interface EventReceiver {
  path: string
  contentType: string
  bodyBytesMax: number
  /** @throws ChorusError `invalid_request` when it is no batch that this node can read */
  accept(bytes: Buffer): void
}

/**
 * The route to which the comments nodes post events. Anyone else could forge comments here, so the key is checked before the
 * body is read.
 * @param authorization the header that they send
 */
export async function eventIntake(
  app: HttpServer,
  { path, contentType, bodyBytesMax, accept }: EventReceiver,
  authorization: string,
): Promise<void> {
  // A scope of its own: every other address goes on taking JSON and nothing else.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser<Buffer>(contentType, { parseAs: 'buffer' }, (_, bytes, done) =>
      done(null, bytes),
    )
    scope.addHook('onRequest', async ({ headers }) => {
      if (isAuthorization(headers.authorization, authorization)) return
      throw new ChorusError('unauthenticated', 'Events are taken from nodes that know the cluster secret.')
    })
    scope.post(path, { bodyLimit: bodyBytesMax }, async ({ body }, reply) => {
      accept(Buffer.isBuffer(body) ? body : Buffer.alloc(0))
      return reply.code(204).send()
    })
  })
}
