import type { RouteOptions } from 'fastify'
import { pino } from 'pino'
import { commentRoutes } from '../comments/routes.ts'
import { placementRoute } from '../dispatcher/placement-route.ts'
import { dispatcherRoutes } from '../dispatcher/routes.ts'
import { demoTokenRoute } from '../gateway/demo-tokens.ts'
import { openApiDocument } from '../gateway/openapi.ts'
import { createHttpServer } from '../http/server.ts'
import { realtimeRoutes } from '../realtime/routes.ts'
import { systemClock } from '../system.ts'

/** Only requests ask for what routes stand on, and none comes here. */
const nothing = {} as never

/**
 * The OpenAPI document of the whole interface, made of routes that are never served: a gateway describes what it sends on
 * to other processes as well.
 */
export async function interfaceDocument(version: string, isDemo: boolean): Promise<unknown> {
  const app = await createHttpServer(pino({ level: 'silent' }), () => false)
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => void routes.push(route))
  commentRoutes(app, nothing)
  realtimeRoutes(app, nothing)
  dispatcherRoutes(app, nothing)
  placementRoute(app, nothing, false)
  if (isDemo) demoTokenRoute(app, '', systemClock)
  const document = openApiDocument(routes, version)
  // It never listened, and still has a timer.
  await app.close()
  return document
}
