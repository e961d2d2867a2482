import { type ReadinessCheck, readinessRoute } from './readiness.ts'
import type { HttpServer } from './server.ts'

export interface StatusDeps {
  /** What this process needs to be of use. */
  checks: readonly ReadinessCheck[]
  /** Prometheus text. */
  metrics: () => Promise<string>
}

/** For whoever runs the server: is it alive, does it serve, what does it count. */
export function statusRoutes(app: HttpServer, { checks, metrics }: StatusDeps): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  readinessRoute(app, checks)
  app.get('/metrics', async (_, reply) =>
    reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .serializer(String)
      .send(await metrics()),
  )
}
