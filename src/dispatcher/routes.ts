import { z } from 'zod'
import { parseLiveVideoId } from '../domain/live-video.ts'
import { problemResponses } from '../http/schemas.ts'
import type { HttpServer } from '../http/server.ts'
import { LiveVideoParams } from '../protocol/api.ts'
import type { NodeRegistry } from '../registry/registry.ts'

const Node = z.object({
  url: z.string(),
  roles: z.array(z.string()),
  load: z.object({
    viewers: z.int(),
    liveVideos: z.array(z.object({ liveVideoId: z.string(), viewers: z.int() })).describe('The largest ones'),
  }),
})
const Nodes = z.object({ nodes: z.array(Node) })
const Placement = z.object({ liveVideoId: z.string(), nodes: z.array(z.string()).describe('URLs') })

/** The HTTP interface of the Dispatcher: where live videos are served. With one realtime node, that is the one. */
export function dispatcherRoutes(app: HttpServer, registry: NodeRegistry): void {
  app.get(
    '/v1/dispatch',
    {
      schema: {
        summary: 'The nodes and their load',
        tags: ['dispatch'],
        response: { 200: Nodes, ...problemResponses },
      },
    },
    async () => ({ nodes: await registry.nodes() }),
  )

  app.get(
    '/v1/dispatch/:liveVideoId',
    {
      schema: {
        summary: 'Where a live video is served',
        tags: ['dispatch'],
        params: LiveVideoParams,
        response: { 200: Placement, ...problemResponses },
      },
    },
    async (request) => {
      const liveVideoId = parseLiveVideoId(request.params.liveVideoId)
      const realtime = (await registry.nodes()).filter(({ roles }) => roles.includes('realtime'))
      return { liveVideoId, nodes: realtime.map(({ url }) => url) }
    },
  )
}
