import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { Clock } from '../domain/time.ts'
import type { Identity } from './identity.ts'
import { importSecret } from './tokens.ts'

const ticketMs = 60_000
const audience = 'chorus-stream'
const Payload = z.object({ video: z.string(), until: z.number(), sub: z.string() })

/** Whose stream it opens, and until when that may go on (milliseconds since 1970). */
export interface TicketHolder {
  authorId: string
  expiresAt: number
}

/**
 * Stream tickets: an EventSource cannot set a header, and a token in a URL ends up in logs. A ticket stands in the URL
 * instead: good for one minute, for opening the stream of one live video and nothing else.
 */
export class Tickets {
  readonly #key: Promise<CryptoKey>
  readonly #clock: Clock

  constructor(secret: string, clock: Clock) {
    // A key of its own: neither can a ticket pass as a token nor a token as a ticket.
    this.#key = importSecret(`ticket:${secret}`)
    this.#clock = clock
  }

  /** In place of the token of `identity`. */
  async issue(
    liveVideoId: LiveVideoId,
    { author, expiresAt: until }: Identity,
  ): Promise<{ ticket: string; expiresAt: number }> {
    const expiresAt = Math.min(this.#clock.now() + ticketMs, until)
    const jwt = new SignJWT({ video: liveVideoId, until }).setProtectedHeader({ alg: 'HS256' })
    const ticket = await jwt
      .setSubject(author.id)
      .setAudience(audience)
      .setExpirationTime(Math.floor(expiresAt / 1_000))
      .sign(await this.#key)
    return { ticket, expiresAt }
  }

  /** @throws ChorusError `token_invalid` or `video_not_allowed` */
  async accept(ticket: string, liveVideoId: LiveVideoId): Promise<TicketHolder> {
    const verified = await jwtVerify(ticket, await this.#key, { algorithms: ['HS256'], audience }).catch(
      () => null,
    )
    const { data } = Payload.safeParse(verified?.payload)
    if (!data) throw new ChorusError('token_invalid', 'The ticket is not valid, or its minute has passed.')
    if (data.video !== liveVideoId) throw new ChorusError('video_not_allowed')
    return { authorId: data.sub, expiresAt: data.until }
  }
}
