import type { Comment } from '../../src/domain/comment.ts'
import type { CommentPage, LiveVideo } from '../../src/protocol/api.ts'
import type { Addressed } from './chorus-server.ts'
import { type Reply, send } from './http-client.ts'
import { signToken, type TestClaims } from './tokens.ts'

export interface PostParts {
  key?: string
  replyTo?: string
  offsetMs?: number
}

/** Someone who comments, and moderates where the role in the token allows it. */
export interface Author {
  token: string
  /** Any answer. */
  post(liveVideoId: string, text: string, parts?: PostParts): Promise<Reply>
  /** The comment that was stored. @throws Error on any answer but 201 */
  comment(liveVideoId: string, text: string, parts?: PostParts): Promise<Comment>
  remove(liveVideoId: string, commentId: string): Promise<Reply>
  change(liveVideoId: string, patch: unknown): Promise<Reply>
}

export function authorOf(server: Addressed, claims: TestClaims): Author {
  return authorWith(server, signToken(claims))
}

export function authorWith(server: Addressed, token: string): Author {
  const post: Author['post'] = (liveVideoId, text, { key, ...rest } = {}) =>
    send(server, 'POST', `/v1/live-videos/${liveVideoId}/comments`, {
      token,
      headers: key === undefined ? {} : { 'idempotency-key': key },
      body: { text, ...rest },
    })
  return {
    token,
    post,
    async comment(...args) {
      const reply = await post(...args)
      if (reply.status !== 201) throw new Error(`${reply.status} ${reply.text}`)
      return reply.json<Comment>()
    },
    remove: (liveVideoId, commentId) =>
      send(server, 'DELETE', `/v1/live-videos/${liveVideoId}/comments/${commentId}`, { token }),
    change: (liveVideoId, body) => send(server, 'PATCH', `/v1/live-videos/${liveVideoId}`, { token, body }),
  }
}

export async function readState(server: Addressed, liveVideoId: string): Promise<LiveVideo> {
  return (await send(server, 'GET', `/v1/live-videos/${liveVideoId}`)).json<LiveVideo>()
}

/** @param query such as `limit=10&before=…` */
export async function readPage(server: Addressed, liveVideoId: string, query = ''): Promise<CommentPage> {
  const reply = await send(server, 'GET', `/v1/live-videos/${liveVideoId}/comments?${query}`)
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`)
  return reply.json<CommentPage>()
}

/** All comments of a live video, oldest first, page by page. */
export async function readAll(server: Addressed, liveVideoId: string): Promise<Comment[]> {
  const all: Comment[] = []
  for (let query: string | null = 'limit=200'; query !== null; ) {
    const { comments, before } = await readPage(server, liveVideoId, query)
    all.push(...comments)
    query = before === null ? null : `limit=200&before=${before}`
  }
  return all.reverse()
}

/** Posts `count` comments, `atOnce` of them under way at a time. */
export async function postMany(
  author: Author,
  liveVideoId: string,
  count: number,
  text: (index: number) => string = (index) => `comment ${index}`,
  atOnce = 32,
): Promise<Comment[]> {
  const comments: Comment[] = []
  let next = 0
  const poster = async () => {
    while (next < count) comments.push(await author.comment(liveVideoId, text(next++)))
  }
  await Promise.all(Array.from({ length: atOnce }, poster))
  return comments
}
