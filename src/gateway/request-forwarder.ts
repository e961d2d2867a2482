import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendUnreachable } from './come-back.ts'
import { type NodeAnswer, NodeClient } from './node-client.ts'
import type { GatewayParts } from './parts.ts'
import type { NodeRole } from './places.ts'

/** The node to ask next; null when there is none left. */
type Candidates = () => string | null

/** Sends requests that are no streams on to other nodes and brings back what they answer. */
export class RequestForwarder {
  readonly #parts: GatewayParts
  readonly #client: NodeClient

  constructor(parts: GatewayParts) {
    this.#parts = parts
    this.#client = new NodeClient(parts.options)
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  /** To a node with that role; to others after it, when it does not answer and the request bears repeating. */
  toAny(request: FastifyRequest, reply: FastifyReply, role: NodeRole): Promise<FastifyReply> {
    return this.#offer(request, reply, this.#inTurn(role))
  }

  /** @param node null: nobody knows yet who serves this */
  to(request: FastifyRequest, reply: FastifyReply, node: string | null): Promise<FastifyReply> {
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

  async #offer(request: FastifyRequest, reply: FastifyReply, candidates: Candidates): Promise<FastifyReply> {
    for (let node = candidates(); node !== null; node = candidates()) {
      const answer = await this.#ask(node, request)
      if (answer === 'lost') break
      if (answer !== 'again') return pass(reply, answer)
    }
    return this.unreachable(reply)
  }

  async #ask(node: string, request: FastifyRequest): Promise<NodeAnswer | 'again' | 'lost'> {
    try {
      const answer = await this.#client.ask(node, request, this.#parts.clientOf(request).address)
      return isStopping(answer) ? 'again' : answer
    } catch (error) {
      return bearsRepeating(request, error as NodeJS.ErrnoException) ? 'again' : 'lost'
    }
  }
}

/** A node that is stopping has refused before it did anything; what else is not available is no better elsewhere. */
const isStopping = ({ status, body }: NodeAnswer): boolean =>
  status === 503 && body.includes('"code":"stopping"')

function pass(reply: FastifyReply, { status, headers, body }: NodeAnswer): FastifyReply {
  reply.code(status).headers(headers)
  // Of a stream Fastify does not count the bytes: what the node says of the body that it left out stands.
  if (reply.request.method === 'HEAD') return reply.send(Readable.from([]))
  return reply.send(body.length === 0 ? undefined : body)
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
const bearsRepeating = ({ method, headers }: FastifyRequest, { code = '' }: NodeJS.ErrnoException): boolean =>
  unsent.includes(code) ||
  (method !== 'POST' && method !== 'PATCH') ||
  headers['idempotency-key'] !== undefined
