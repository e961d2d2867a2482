import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Addressed } from './chorus-server.ts'
import { expectDescribed } from './described.ts'

export interface Reply {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** @throws SyntaxError when it is not JSON */
  json<T>(): T
}

export interface RequestParts {
  headers?: Record<string, string>
  token?: string | undefined
  /** Sent as JSON, or as it is when it is text or bytes. */
  body?: unknown
}

const agent = new Agent({ keepAlive: true })

/**
 * One request, its path sent as it is written: `fetch` would tidy away what some tests are about. A refusal that
 * /openapi.json does not have fails the test.
 */
export async function send(
  server: Addressed,
  method: string,
  path: string,
  { headers = {}, token, body }: RequestParts = {},
): Promise<Reply> {
  const { hostname, port } = new URL(server.url)
  const bytes = toBytes(body)
  const all = {
    ...(bytes && { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  }
  const answer = await new Promise<Omit<Reply, 'json'>>((resolve, reject) => {
    request({ agent, hostname, port, method, path, headers: all }, (response) => {
      const { statusCode: status = 0, headers } = response
      // A stream has no end to wait for: what is not refused as it should be shows at once.
      if (headers['content-type']?.startsWith('text/event-stream'))
        return response.destroy(new Error(`${path} is a stream`))
      text(response).then((body) => resolve({ status, headers, text: body }), reject)
    })
      .on('error', reject)
      .end(bytes)
  })
  const reply = { ...answer, json: () => JSON.parse(answer.text) }
  await expectDescribed(server, method, path, reply)
  return reply
}

function toBytes(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}
