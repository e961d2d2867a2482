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

type Headers = Record<string, string | string[] | undefined>

/** The headers without those that end here, of a request or of an answer. */
export function endToEnd(headers: Headers): Headers {
  const passed = { ...headers }
  for (const name of [...hopByHop, ...namedBy(headers.connection)]) delete passed[name]
  return passed
}

/** `Connection` names further headers that are about it alone. */
const namedBy = (connection: string | string[] = []): string[] =>
  [connection].flat().flatMap((names) =>
    names
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )

/** What a node is told of a request that is sent on to it. @param clientAddress as `Client.address` */
export const forwardedHeaders = (
  { headers }: Pick<FastifyRequest, 'headers'>,
  clientAddress: string,
): Headers => ({
  ...endToEnd(headers),
  [forwardedHeader]: '1',
  // In place of what came: nobody can be taken for another by writing something here.
  [clientAddressHeader]: clientAddress,
})
