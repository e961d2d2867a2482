import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { signToken } from '../auth/tokens.ts'
import { ChorusError } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import type { Operation } from '../http/operation.ts'
import type { HttpServer } from '../http/server.ts'
import * as api from '../protocol/api.ts'

const createDemoToken: Operation = {
  id: 'createDemoToken',
  tag: 'demo',
  access: 'open',
  summary: 'A token for the asking (demo mode only)',
  answers: { 201: 'The token, good for twelve hours' },
  problems: ['not_allowed'],
}

const demoTokenMs = 12 * 3_600_000

/** Demo mode: whoever asks gets a token in the name and role they ask for. Only ever served on loopback. */
export function demoTokenRoute(app: HttpServer, secret: string, clock: Clock): void {
  app.post(
    '/v1/demo/tokens',
    {
      schema: { operation: createDemoToken, body: api.DemoTokenRequest, response: { 201: api.Token } },
    },
    async (request, reply) => {
      refuseOtherSites(request)
      const { name, role } = request.body
      const expiresAt = clock.now() + demoTokenMs
      const claims = { sub: `guest-${randomUUID()}`, name, role, exp: Math.floor(expiresAt / 1_000) }
      return reply.code(201).send({ token: await signToken(secret, claims), expiresAt })
    },
  )
}

const loopbackHost = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/

/**
 * Loopback keeps other machines out, but not the pages of other sites that are open in a browser on this one: those say
 * where they come from, or (DNS rebinding) ask for us by a name of theirs.
 */
function refuseOtherSites({ headers: { origin, host = '' } }: FastifyRequest): void {
  if (!loopbackHost.test(host) || (origin !== undefined && origin !== `http://${host}`))
    throw new ChorusError('not_allowed', 'Demo tokens are for the pages of this server.')
}
