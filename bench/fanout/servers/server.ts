/** A server that runs, and how a load speaks to it. */
export interface FanOutServer extends AsyncDisposable {
  port: number
  /** Of all of its processes that serve. */
  pids: number[]
  wire: 'sse' | 'gzip' | 'websocket'
  streamPath(liveVideoId: string): string
  postPath(liveVideoId: string): string
  /** For the connections that post, in turn. */
  postHeaders: string[]
  /** JSON around the text of a comment. */
  body: { before: string; behind: string }
}

export interface StartOptions {
  /** The C floor, compiled. */
  floor: string
  /** The core that it is kept on; null: on any. */
  core: number | null
  /** Realtime processes, where a server has several. */
  workers: number
  /** Connections that post. */
  posters: number
}

export type StartServer = (options: StartOptions) => Promise<FanOutServer>

/**
 * Who adds nothing to a comment is sent one as large as Chorus makes it: with id, author and time. Then every server
 * carries about the same bytes.
 */
export const wholeComment: FanOutServer['body'] = {
  before:
    '{"id":"019aafb2-6f63-7d0c-a6f3-3b9f5c0d6a11","seq":100,"liveVideoId":"video-1",' +
    '"author":{"id":"guest-5e0b7e6a-4c39-4b67-9d1e-2f6f6a1f8c55","name":"Ann"},"text":"',
  behind: '","createdAt":1763900000000}',
}
