import type { HttpServer } from './server.ts'

export interface OperationsParts {
  /** Asks what this process depends on; those who ask while it is answered share the answer. @throws ChorusError when it cannot serve right now */
  checkReady: () => Promise<void>
  /** Prometheus text. */
  metrics: () => Promise<string>
}

/** For whoever runs the server: is it alive, does it serve, what does it count. */
export function operationsRoutes(app: HttpServer, { checkReady, metrics }: OperationsParts): void {
  const hide = { schema: { hide: true } }
  app.get('/healthz', hide, async () => ({ status: 'ok' }))
  const checkShared = sharing(checkReady)
  app.get('/readyz', hide, async () => {
    await checkShared()
    return { status: 'ready' }
  })
  app.get('/metrics', hide, async (_, reply) =>
    reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .serializer(String)
      .send(await metrics()),
  )
}

/** However many ask, the store is asked once at a time. */
function sharing(check: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | null = null
  return () => {
    underWay ??= check().finally(() => {
      underWay = null
    })
    return underWay
  }
}
