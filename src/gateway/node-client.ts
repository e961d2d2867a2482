import type { FastifyRequest } from 'fastify'
import { Agent } from 'undici'
import { endToEnd, forwardedHeaders } from './headers.ts'
import type { GatewayOptions } from './options.ts'

export interface NodeAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** Asks other nodes, over connections that are kept. Targets go on byte for byte: what they mean is for the node to say. */
export class NodeClient {
  readonly #agent: Agent

  constructor(options: GatewayOptions) {
    this.#agent = new Agent({
      connections: options.socketsPerNodeMax,
      headersTimeout: options.requestAnswerMsMax,
      bodyTimeout: options.requestAnswerMsMax,
      connect: { timeout: options.connectMsMax },
    })
  }

  /** The whole answer, which is little: a client that does not read then holds no connection to the node. */
  async ask(node: string, request: FastifyRequest, clientAddress: string): Promise<NodeAnswer> {
    const { method, url: path, body: given } = request
    // The body is counted anew, and a GET is sent on without one.
    const { 'content-length': _, ...headers } = forwardedHeaders(request, clientAddress)
    const body = Buffer.isBuffer(given) && given.length > 0 ? given : null
    const answer = await this.#agent.request({ origin: node, path, method, headers, body } as Asked)
    return {
      status: answer.statusCode,
      headers: endToEnd(answer.headers),
      body: Buffer.from(await answer.body.arrayBuffer()),
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}

/** The methods that the routes of a gateway take are among those that undici knows. */
type Asked = Parameters<Agent['request']>[0]
