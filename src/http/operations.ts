import { sendProblem } from './problem.ts'
import type { HttpServer } from './server.ts'

export interface OperationsParts {
  /** Whether this process can serve right now; asks what it depends on. */
  ready: () => Promise<boolean>
  /** Prometheus text. */
  metrics: () => Promise<string>
}

/** For whoever runs the server: is it alive, does it serve, what does it count. */
export function operationsRoutes(app: HttpServer, { ready, metrics }: OperationsParts): void {
  const hide = { schema: { hide: true } }
  app.get('/healthz', hide, async () => ({ status: 'ok' }))
  app.get('/readyz', hide, async (_, reply) =>
    (await ready()) ? { status: 'ready' } : sendProblem(reply, 'stopping'),
  )
  app.get('/metrics', hide, async (_, reply) =>
    reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .serializer(String)
      .send(await metrics()),
  )
}
