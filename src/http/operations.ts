import type { HttpServer } from './server.ts'

export interface OperationsParts {
  /** Asks what this process depends on. @throws ChorusError when it cannot serve right now */
  checkReady: () => Promise<void>
  /** Prometheus text. */
  metrics: () => Promise<string>
}

/** For whoever runs the server: is it alive, does it serve, what does it count. */
export function operationsRoutes(app: HttpServer, { checkReady, metrics }: OperationsParts): void {
  const hide = { schema: { hide: true } }
  app.get('/healthz', hide, async () => ({ status: 'ok' }))
  app.get('/readyz', hide, async () => {
    await checkReady()
    return { status: 'ready' }
  })
  app.get('/metrics', hide, async (_, reply) =>
    reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .serializer(String)
      .send(await metrics()),
  )
}
