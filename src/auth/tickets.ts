import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { Clock } from '../domain/time.ts'
import { importSecret } from './tokens.ts'

const ticketMs = 60_000
const audience = 'chorus-stream'
const Payload = z.object({ video: z.string(), until: z.number() })

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

  /** @param until when the token that it stands for expires, in milliseconds since 1970 */
  async issue(liveVideoId: LiveVideoId, until: number): Promise<{ ticket: string; expiresAt: number }> {
    const expiresAt = Math.min(this.#clock.now() + ticketMs, until)
    const jwt = new SignJWT({ video: liveVideoId, until }).setProtectedHeader({ alg: 'HS256' })
    const ticket = await jwt
      .setAudience(audience)
      .setExpirationTime(Math.floor(expiresAt / 1_000))
      .sign(await this.#key)
    return { ticket, expiresAt }
  }

  /** Until when a stream opened with it may go on. @throws ChorusError `token_invalid` or `video_not_allowed` */
  async accept(ticket: string, liveVideoId: LiveVideoId): Promise<number> {
    const verified = await jwtVerify(ticket, await this.#key, { algorithms: ['HS256'], audience }).catch(
      () => null,
    )
    const { data } = Payload.safeParse(verified?.payload)
    if (!data) throw new ChorusError('token_invalid', 'The ticket is not valid, or its minute has passed.')
    if (data.video !== liveVideoId) throw new ChorusError('video_not_allowed')
    return data.until
  }
}
