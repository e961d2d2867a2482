import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import { requireVideo } from '../auth/identity.ts'
import type { Tickets } from '../auth/tickets.ts'
import type { VerifyToken } from '../auth/tokens.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { parsePosition } from '../domain/position.ts'
import { bearerToken, cookieToken } from '../http/credentials.ts'
import type { StreamQuery } from '../protocol/api.ts'
import { asksForQuickHeartbeats } from '../protocol/forwarding.ts'
import { acceptedCoding } from './accepted-coding.ts'
import type { BodyCoding } from './body-coding.ts'
import type { Start } from './channel.ts'
import type { StreamTerms } from './connection.ts'
import { parseRate, type Rate } from './rate.ts'

export interface AdmissionParts {
  verify: VerifyToken
  tickets: Tickets
  /** Whether this server is about to stop and takes no new streams. */
  stopping: () => boolean
}

/** A request for a stream, read from a bare socket or by the HTTP server. */
export interface StreamRequest {
  liveVideoId: LiveVideoId
  query: z.infer<typeof StreamQuery>
  headers: IncomingHttpHeaders
  /** `1.0` or `1.1`. */
  httpVersion: string
}

/** The terms of the stream, or the transient reason why there is none now. */
export type Admission =
  | { reason: null; start: Start; terms: StreamTerms }
  | { reason: 'server_stopping' | 'keys_unavailable' }

/** Admits a viewer without a token at once. @throws ChorusError for an error that is not transient */
export function admit(parts: AdmissionParts, request: StreamRequest): Admission | Promise<Admission> {
  const { query, headers } = request
  const start = startOf(request)
  const rate = parseRate(query.rate)
  if (parts.stopping()) return { reason: 'server_stopping' }
  const coding = acceptedCoding(headers['accept-encoding'], request.httpVersion)
  const quickHeartbeats = asksForQuickHeartbeats(headers)
  const token = bearerToken({ headers }) ?? cookieToken({ headers })
  if (query.ticket === undefined && token === null)
    return { reason: null, start, terms: anonymousTerms(rate, coding, quickHeartbeats) }
  return identify(parts, request, token)
    .then((who): Admission => ({ reason: null, start, terms: { rate, coding, quickHeartbeats, ...who } }))
    .catch(passing)
}

/** Where the viewer was, if it says so. A browser's own header is newer than the position in the URL. */
function startOf({ headers, query }: StreamRequest): Start {
  const header = headers['last-event-id']
  const text = (typeof header === 'string' && header) || query.lastEventId
  return text
    ? { kind: 'resume', position: parsePosition(text) }
    : { kind: 'history', comments: query.history }
}

/** By all that they hold: there are few, and a hundred thousand viewers share them. */
const sharedTerms = new Map<string, StreamTerms>()

function anonymousTerms(rate: Rate, coding: BodyCoding, quickHeartbeats: boolean): StreamTerms {
  const key = `${rate} ${coding.contentEncoding} ${coding.isChunked} ${quickHeartbeats}`
  const terms = sharedTerms.get(key) ?? { rate, coding, quickHeartbeats, expiresAt: null, authorId: null }
  sharedTerms.set(key, terms)
  return terms
}

async function identify(
  { verify, tickets }: AdmissionParts,
  { query: { ticket }, liveVideoId }: StreamRequest,
  token: string | null,
): Promise<Pick<StreamTerms, 'expiresAt' | 'authorId'>> {
  if (ticket !== undefined || token === null) return tickets.accept(ticket ?? '', liveVideoId)
  const identity = await verify(token)
  requireVideo(identity, liveVideoId)
  return { expiresAt: identity.expiresAt, authorId: identity.author.id }
}

/** Keys that cannot be fetched are a transient error; every other refusal of a token is final. */
function passing(error: unknown): Admission {
  if (error instanceof ChorusError && error.code === 'keys_unavailable') return { reason: error.code }
  throw error
}
