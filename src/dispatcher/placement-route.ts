import { parseLiveVideoId } from '../domain/live-video.ts'
import type { HttpServer } from '../http/server.ts'
import type { Clerk } from '../placement/clerk.ts'
import { slotOf } from '../placement/slots.ts'
import { LiveVideoParams } from '../protocol/api.ts'
import * as dispatch from '../protocol/dispatch.ts'
import { getPlacement } from './operations.ts'

/**
 * Where a live video is served: any process that has a clerk can tell, with every dispatcher gone.
 * @param direct whether clients that can are to open their streams at the node itself
 */
export function placementRoute(app: HttpServer, clerk: Clerk, direct: boolean): void {
  app.get(
    '/v1/dispatch/:liveVideoId',
    {
      schema: {
        operation: getPlacement,
        params: LiveVideoParams,
        response: { 200: dispatch.Placement },
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
