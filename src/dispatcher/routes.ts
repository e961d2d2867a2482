import { parseLiveVideoId } from '../domain/live-video.ts'
import { problemResponses } from '../http/schemas.ts'
import type { HttpServer } from '../http/server.ts'
import type { Clerk } from '../placement/clerk.ts'
import { slotOf } from '../placement/slots.ts'
import { LiveVideoParams } from '../protocol/api.ts'
import * as dispatch from '../protocol/dispatch.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import type { Directory } from './directory.ts'
import { overviewOf } from './overview.ts'

export interface DispatcherRoutesParts {
  clerk: Clerk
  directory: Directory
  registry: Pick<NodeRegistry, 'connected'>
  /** Whether clients that can are to open their streams at the node itself. */
  direct: boolean
}

/** The HTTP interface of the Dispatcher: where live videos are served. */
export function dispatcherRoutes(app: HttpServer, parts: DispatcherRoutesParts): void {
  const { clerk, directory, registry, direct } = parts

  app.get(
    '/v1/dispatch',
    {
      schema: {
        summary: 'The nodes, their load, and the assignment of slots to them',
        tags: ['dispatch'],
        response: { 200: dispatch.Dispatch, ...problemResponses },
      },
    },
    async () =>
      overviewOf({
        assignment: clerk.assignment,
        nodes: await directory.nodes(),
        connected: registry.connected,
        viewersOf: (liveVideoId) => clerk.viewersOf(liveVideoId),
      }),
  )

  app.get(
    '/v1/dispatch/:liveVideoId',
    {
      schema: {
        summary: 'Where a live video is served',
        tags: ['dispatch'],
        params: LiveVideoParams,
        response: { 200: dispatch.Placement, ...problemResponses },
      },
    },
    async (request): Promise<dispatch.Placement> => {
      const liveVideoId = parseLiveVideoId(request.params.liveVideoId)
      const url = direct ? clerk.pick(liveVideoId) : null
      return {
        liveVideoId,
        slot: slotOf(liveVideoId),
        nodes: [...clerk.nodesOf(liveVideoId)],
        streamUrl: url && `${url}/v1/live-videos/${liveVideoId}/stream`,
      }
    },
  )
}
