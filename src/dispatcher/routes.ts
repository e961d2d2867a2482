import { problemResponses } from '../http/schemas.ts'
import type { HttpServer } from '../http/server.ts'
import type { Clerk } from '../placement/clerk.ts'
import * as dispatch from '../protocol/dispatch.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import type { Directory } from './directory.ts'
import { overviewOf } from './overview.ts'

export interface DispatcherRoutesParts {
  clerk: Clerk
  directory: Directory
  registry: Pick<NodeRegistry, 'connected'>
}

/** What an operator looks at: see `placement-route.ts` for the one live video that a client asks about. */
export function dispatcherRoutes(app: HttpServer, parts: DispatcherRoutesParts): void {
  const { clerk, directory, registry } = parts

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
}
