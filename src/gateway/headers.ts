import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { clientAddressHeader, forwardedHeader } from '../protocol/forwarding.ts'

/** About one connection and not for whoever comes next (RFC 9110, 7.6.1), or not for another host. */
const hopByHop = [
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** The headers without those that end here. */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = headers.connection?.toLowerCase().split(',') ?? []
  const passed = { ...headers }
  for (const name of [...hopByHop, ...named]) delete passed[name.trim()]
  return passed
}

/** What a node is told of a request that is sent on to it. @param clientAddress as `Client.address` */
export const forwardedHeaders = (
  { headers }: Pick<FastifyRequest, 'headers'>,
  clientAddress: string,
): IncomingHttpHeaders => ({
  ...endToEnd(headers),
  [forwardedHeader]: '1',
  // In place of what came: nobody can be taken for another by writing something here.
  [clientAddressHeader]: clientAddress,
})
