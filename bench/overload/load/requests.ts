import type { Kind } from '../kinds.ts'
import type { Ground } from './plan.ts'

/** The text of each next request of a kind: live videos and authors take turns. */
export function requestsOf(kind: Kind, { host, port, liveVideos, tokens }: Ground): () => string {
  let count = 0
  const next = <Value>(values: readonly Value[]): Value => values[count % values.length] as Value
  const write = {
    joins: () => get(`${pathOf(next(liveVideos))}/stream`),
    reads: () => get(`${pathOf(next(liveVideos))}/comments?limit=50`),
    posts: () => post(`${pathOf(next(liveVideos))}/comments`, next(tokens)),
  }[kind]
  return () => {
    count++
    return write()
  }

  function get(path: string): string {
    return `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`
  }
  function post(path: string, token: string): string {
    const body = `{"text":"Comment number ${count} of a viewer who has something to say"}`
    const headers = [
      `Host: ${host}:${port}`,
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ]
    return `POST ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`
  }
}

const pathOf = (liveVideoId: string): string => `/v1/live-videos/${liveVideoId}`

let clients = 0

/** Clients come from addresses of their own, as they do in life: what is shared by client is shared by many. */
export const nextClientAddress = (): string => {
  const client = clients++ % 60_000
  return `127.1.${client >> 8}.${(client & 255) + 1 > 254 ? 254 : (client & 255) + 1}`
}
