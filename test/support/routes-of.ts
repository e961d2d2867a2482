import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { type RunningChorus, startChorus } from '../../src/compose/compose.ts'
import { parseConfig, type Values } from '../../src/config/parse-config.ts'
import { tempFolder } from './temp-folder.ts'

export interface Route {
  method: string
  url: string
}

/** A server within this process, and every route that it has. */
export interface ServerWithRoutes extends AsyncDisposable {
  url: string
  routes: Route[]
}

export async function startWithRoutes(settings: Values): Promise<ServerWithRoutes> {
  const folder = tempFolder()
  const routes: Route[] = []
  // Fastify tells of each instance as it is made: so no route can be put on it unseen.
  const see = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url })
    })
  subscribe('fastify.initialization', see)
  const usual = { CHORUS_PORT: '0', CHORUS_LOG_LEVEL: 'silent', CHORUS_STORE: folder.path }
  const chorus: RunningChorus = await startChorus(parseConfig({ ...usual, ...settings }), '0.0.0').finally(
    () => unsubscribe('fastify.initialization', see),
  )
  const stop = async () => {
    await chorus.stop()
    folder[Symbol.dispose]()
  }
  return { url: chorus.url, routes, [Symbol.asyncDispose]: stop }
}
