import { buffer } from 'node:stream/consumers'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendUnreachable } from './come-back.ts'
import { forwardedHeaders } from './headers.ts'
import type { GatewayParts } from './parts.ts'
import type { NodeRole } from './places.ts'

/** The node to ask next; null when there is none left. */
type Candidates = () => string | null

/** Sends requests that are no streams on to other nodes and brings back what they answer. */
export class RequestForwarder {
  readonly #parts: GatewayParts

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** To a node with that role; to others after it, when it does not answer and the request bears repeating. */
  toAny(request: FastifyRequest, reply: FastifyReply, role: NodeRole): FastifyReply {
    return this.#offer(request, reply, this.#inTurn(role))
  }

  /** @param node null: nobody knows yet who serves this */
  to(request: FastifyRequest, reply: FastifyReply, node: string | null): FastifyReply {
    const nodes = [node]
    return this.#offer(request, reply, () => nodes.shift() ?? null)
  }

  unreachable(reply: FastifyReply): FastifyReply {
    const { options, random, metrics } = this.#parts
    metrics.unreachable('request')
    return sendUnreachable(reply, options, random)
  }

  #inTurn(role: NodeRole): Candidates {
    const { places, options } = this.#parts
    const tried = new Set<string | null>()
    return () => {
      if (tried.size === options.nodesTriedMax) return null
      // Requests beside this one take turns, too: it may be given one that it has tried.
      const offered = Array.from({ length: tried.size + 1 }, () => places.anyNode(role))
      const node = offered.find((url) => !tried.has(url)) ?? null
      tried.add(node)
      return node
    }
  }

  #offer(request: FastifyRequest, reply: FastifyReply, candidates: Candidates): FastifyReply {
    const node = candidates()
    if (node === null) return this.unreachable(reply)
    const again = () => this.#offer(request, reply, candidates)
    const { address } = this.#parts.clientOf(request)
    return reply.from(undefined, {
      getUpstream: () => node,
      ...bodyOf(request),
      // The library's own idea of what to try again knows one node alone.
      retryDelay: () => null,
      rewriteRequestHeaders: (_, headers) => forwardedHeaders({ headers }, address),
      onError: (_, { error }) => void (bearsRepeating(request, error) ? again() : this.unreachable(reply)),
      onResponse: (_, __, { statusCode, stream }) => {
        // Taken whole, which is little: a client that does not read then holds no connection to the node.
        void buffer(stream).then(
          (answer) => (statusCode === 503 ? this.#pass(reply, answer, again) : reply.send(answer)),
          () => this.unreachable(reply),
        )
      },
    })
  }

  /** A node that is stopping has refused before it did anything; what else is not available is no better elsewhere. */
  #pass(reply: FastifyReply, problem: Buffer, again: () => void): void {
    if (!problem.includes('"code":"stopping"')) reply.send(problem)
    else {
      for (const name of ['content-length', 'retry-after']) reply.removeHeader(name)
      again()
    }
  }
}

function bodyOf({ body, headers }: FastifyRequest): { body?: Buffer; contentType?: string } {
  if (!Buffer.isBuffer(body) || body.length === 0) return {}
  return { body, contentType: headers['content-type'] ?? 'application/octet-stream' }
}

/** Failures before anything was sent. */
const unsent = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** Whether it was never begun, or does no harm when done twice. */
function bearsRepeating({ method, headers }: FastifyRequest, { cause }: Error): boolean {
  const { code = '' } = (cause ?? {}) as NodeJS.ErrnoException
  return (
    unsent.includes(code) ||
    (method !== 'POST' && method !== 'PATCH') ||
    headers['idempotency-key'] !== undefined
  )
}
