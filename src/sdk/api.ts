import type { Comment, CommentId } from '../domain/comment.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { CommentPage, LiveVideo, LiveVideoPatch, NewComment, Ticket } from '../protocol/api.ts'
import type { Placement } from '../protocol/dispatch.ts'
import type { Environment } from './environment.ts'
import { type Failure, failureFrom, networkFailure } from './failure.ts'
import type { TokenSource } from './token.ts'

export type Answer<Value> = { ok: true; value: Value } | { ok: false; failure: Failure }

/** The requests about one live video. None of them throws: a failure is an answer, too. */
export interface Api {
  /** @param at where a `placement` sent us; null: the server's own address */
  streamUrl(query: Record<string, string>, at: string | null): string
  /** Where the live video is served. Older servers don't say. */
  placement(): Promise<Answer<Partial<Placement>>>
  video(): Promise<Answer<LiveVideo>>
  /** Comments older than the cursor, newest first; without one the newest of all. */
  commentsBefore(cursor: string | null, limit: number): Promise<Answer<CommentPage>>
  post(comment: NewComment, idempotencyKey: string): Promise<Answer<Comment>>
  remove(commentId: CommentId): Promise<Answer<null>>
  change(patch: LiveVideoPatch): Promise<Answer<LiveVideo>>
  /** Exchanges the token for a one-minute ticket that may stand in the stream's address. */
  ticket(): Promise<Answer<Ticket>>
}

interface ApiOptions {
  /** Without a slash at its end; empty: where the page came from. */
  baseUrl: string
  liveVideoId: LiveVideoId
  tokens: TokenSource
  /** Reading takes the token, too; otherwise what anybody may read is read as anybody, whatever became of the token. */
  readsSigned: boolean
  environment: Pick<Environment, 'fetch'>
}

interface Request {
  method: string
  /** Below the live video's address, unless it has a `root` of its own. */
  path: string
  root?: string
  timeoutMs?: number
  body?: unknown
  headers?: Record<string, string>
}

const defaultTimeoutMs = 10_000
// Without the answer the stream can begin all the same.
const placementTimeoutMs = 2_000

export function createApi({ baseUrl, liveVideoId, tokens, readsSigned, environment }: ApiOptions): Api {
  const id = encodeURIComponent(liveVideoId)
  const ownRoot = `${baseUrl}/v1/live-videos/${id}`

  async function attempt<Value>(request: Request, token: string | null): Promise<Answer<Value>> {
    try {
      const { root = ownRoot, path } = request
      const response = await environment.fetch(`${root}${path}`, initOf(request, token))
      return await answerOf<Value>(response)
    } catch {
      return { ok: false, failure: networkFailure }
    }
  }

  async function send<Value>(request: Request): Promise<Answer<Value>> {
    if (request.method === 'GET' && !readsSigned) return attempt<Value>(request, null)
    const answer = await attempt<Value>(request, await tokens.current())
    if (answer.ok || !isAboutToken(answer.failure)) return answer
    const renewed = await tokens.renew()
    return renewed === null ? answer : attempt<Value>(request, renewed)
  }

  return {
    streamUrl: (query, at) => `${at ?? `${ownRoot}/stream`}?${new URLSearchParams(query)}`,
    placement: () =>
      send({ method: 'GET', root: `${baseUrl}/v1/dispatch/${id}`, path: '', timeoutMs: placementTimeoutMs }),
    video: () => send({ method: 'GET', path: '' }),
    commentsBefore(cursor, limit) {
      const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { before: cursor }) })
      return send({ method: 'GET', path: `/comments?${query}` })
    },
    post: (body, idempotencyKey) =>
      send({ method: 'POST', path: '/comments', body, headers: { 'Idempotency-Key': idempotencyKey } }),
    remove: (commentId) => send({ method: 'DELETE', path: `/comments/${encodeURIComponent(commentId)}` }),
    change: (body) => send({ method: 'PATCH', path: '', body }),
    ticket: () => send({ method: 'POST', path: '/stream-tickets' }),
  }
}

const isAboutToken = ({ code }: Failure): boolean =>
  code === 'unauthenticated' || code === 'token_expired' || code === 'token_invalid'

function initOf(
  { method, body, headers, timeoutMs = defaultTimeoutMs }: Request,
  token: string | null,
): RequestInit {
  return {
    method,
    headers: {
      ...headers,
      ...(token !== null && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    signal: AbortSignal.timeout(timeoutMs),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

async function answerOf<Value>(response: Response): Promise<Answer<Value>> {
  const text = await response.text()
  if (response.ok) return { ok: true, value: (text === '' ? null : JSON.parse(text)) as Value }
  return {
    ok: false,
    failure: failureFrom(response.status, parsed(text), response.headers.get('Retry-After')),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
