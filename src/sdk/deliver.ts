import { type BackoffRange, backoffMs } from '../domain/backoff.ts'
import type { Comment } from '../domain/comment.ts'
import type { Api } from './api.ts'
import type { Draft, Wait } from './draft.ts'
import type { Environment } from './environment.ts'
import type { Failure } from './failure.ts'

export interface DeliveryOptions {
  attemptsMax: number
  /** A longer wait than this fails the comment, so that its author decides. */
  retryAfterMaxMs: number
  backoff: BackoffRange
}

export const defaultDelivery: DeliveryOptions = Object.freeze({
  attemptsMax: 6,
  retryAfterMaxMs: 15_000,
  backoff: { firstMs: 500, maxMs: 8_000 },
})

interface Delivery {
  api: Pick<Api, 'post'>
  environment: Pick<Environment, 'clock' | 'random'>
  options: DeliveryOptions
  onWait: (wait: Wait | null) => void
}

export type Delivered = { ok: true; comment: Comment } | { ok: false; failure: Failure }

/** Posts one comment, again and again under the same key while that can succeed. Never throws. */
export async function deliver(draft: Draft, delivery: Delivery): Promise<Delivered> {
  for (let attempt = 0; ; attempt++) {
    const answer = await delivery.api.post(bodyOf(draft), draft.key)
    if (answer.ok) return { ok: true, comment: answer.value }
    const waitMs = nextWaitMs(answer.failure, attempt, delivery)
    if (waitMs === null) return answer
    await pause(answer.failure, waitMs, delivery)
  }
}

const bodyOf = ({ text, replyTo, offsetMs }: Draft) => ({
  text,
  ...(replyTo !== undefined && { replyTo }),
  ...(offsetMs !== undefined && { offsetMs }),
})

/** null: another attempt is of no use, or not ours to decide. */
function nextWaitMs(failure: Failure, attempt: number, { options, environment }: Delivery): number | null {
  if (!failure.retryable || attempt + 1 >= options.attemptsMax) return null
  const ownMs = backoffMs(attempt, options.backoff, environment.random)
  if (failure.retryAfterMs === null) return ownMs
  if (failure.retryAfterMs > options.retryAfterMaxMs) return null
  // A little later than asked for, so that those who were refused together don't return together.
  return failure.retryAfterMs + Math.round(250 * environment.random())
}

async function pause({ code }: Failure, waitMs: number, { environment, onWait }: Delivery): Promise<void> {
  onWait({ code, until: environment.clock.elapsed() + waitMs })
  await new Promise<void>((resolve) => environment.clock.after(waitMs, resolve))
  onWait(null)
}
