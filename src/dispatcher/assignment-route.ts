import type { HttpServer } from '../http/server.ts'
import type { Clerk } from '../placement/clerk.ts'
import { encodeAssignment } from '../placement/encoding.ts'

/** Tells which process answers, whatever its URL. */
export const nodeIdHeader = 'chorus-node'

/** For the other nodes: the assignment as this one knows it. A node that the registry does not reach asks its peers. */
export function assignmentRoute(app: HttpServer, clerk: Clerk, nodeId: string): void {
  app.get('/v1/internal/assignment', async (_, reply) => {
    reply.header(nodeIdHeader, nodeId)
    if (clerk.assignment === null) return reply.code(204).send()
    return reply.type('text/plain').serializer(String).send(encodeAssignment(clerk.assignment))
  })
}
