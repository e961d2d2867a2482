import { backoffMs } from '../../domain/backoff.ts'
import { type Clock, jittered, type Random } from '../../domain/time.ts'
import type { Dispatch, Placement } from '../../protocol/dispatch.ts'
import { Pause } from '../../sdk/pause.ts'

export interface PollParts {
  fetch: (url: string, init: RequestInit) => Promise<Response>
  clock: Pick<Clock, 'after'>
  random: Random
  onAnswer: (dispatch: Dispatch) => void
  onSilence: () => void
}

const intervalMs = 1_000
const timeoutMs = 5_000
const backoff = { firstMs: 1_000, maxMs: 15_000 }

/** Asks for the state of the cluster about once a second; less often while nobody answers, not at all at rest. */
export class DispatchPoll {
  readonly #parts: PollParts
  readonly #pause: Pause
  #resting = true
  #asking = false
  #failures = 0

  constructor(parts: PollParts) {
    this.#parts = parts
    this.#pause = new Pause(parts.clock)
  }

  /** Asks at once, and goes on asking. */
  wake(): void {
    this.#resting = false
    this.#failures = 0
    this.#pause.cancel()
    void this.#ask()
  }

  /** Nobody looks: asks no more until it is woken. */
  rest(): void {
    this.#resting = true
    this.#pause.cancel()
  }

  async #ask(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    const dispatch = await askDispatch(this.#parts.fetch)
    this.#asking = false
    if (this.#resting) return
    this.#failures = dispatch ? 0 : this.#failures + 1
    if (dispatch) this.#parts.onAnswer(dispatch)
    else this.#parts.onSilence()
    this.#pause.wait(this.#delayMs(), false, () => void this.#ask())
  }

  #delayMs(): number {
    const { random } = this.#parts
    return this.#failures === 0 ? jittered(intervalMs, random) : backoffMs(this.#failures, backoff, random)
  }
}

async function askDispatch(fetch: PollParts['fetch']): Promise<Dispatch | null> {
  try {
    const response = await fetch('/v1/dispatch', {
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const json: unknown = response.ok ? await response.json() : null
    return isDispatch(json) ? json : null
  } catch {
    return null
  }
}

/** A server of another version, or a proxy with a page of its own, may have answered. */
function isDispatch(json: unknown): json is Dispatch {
  const { nodes, assigned, slots, spread } = Object(json) as Record<string, unknown>
  return [nodes, assigned, slots, spread].every(Array.isArray)
}

/** @returns the placement, or why there is none */
export async function askPlacement(
  fetch: PollParts['fetch'],
  liveVideoId: string,
): Promise<Placement | 'noLiveVideoId' | 'noAnswer'> {
  try {
    const response = await fetch(`/v1/dispatch/${encodeURIComponent(liveVideoId)}`, {
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.ok) return (await response.json()) as Placement
    return response.status < 500 ? 'noLiveVideoId' : 'noAnswer'
  } catch {
    return 'noAnswer'
  }
}
