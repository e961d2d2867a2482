import type { HttpServer } from '../http/server.ts'
import type { Clerk } from '../placement/clerk.ts'
import * as dispatch from '../protocol/dispatch.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import type { Directory } from './directory.ts'
import { getDispatch } from './operations.ts'
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
    { schema: { operation: getDispatch, response: { 200: dispatch.Dispatch } } },
    async () =>
      overviewOf({
        assignment: clerk.assignment,
        nodes: await directory.nodes(),
        connected: registry.connected,
        viewersOf: (liveVideoId) => clerk.viewersOf(liveVideoId),
      }),
  )
}
