import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import type { Assignment } from '../../../src/placement/assignment.ts'
import { slotCount, slotOf } from '../../../src/placement/slots.ts'
import { defaultRealtimeOptions } from '../../../src/realtime/options.ts'
import { assumptions } from '../assumptions.ts'
import { type Audience, commentsOf } from '../world/audience.ts'
import { SharedSeats } from './shared-seats.ts'

const moveSeconds = defaultRealtimeOptions.moveMs / 1_000
/** For how long events still go to a node that was left: `moveMs` of the clerk. */
const receivesOnSeconds = 15
const nobody = -1

/** What is left of a slot's viewers on the node that it has moved away from. */
interface Leftover {
  slot: number
  node: number
  viewers: number
  seconds: number
}

/** Where all viewers sit: by slot and node, and by node for each spread live video. */
export class Seats {
  readonly audience: Audience
  /** Viewers and comments per second by slot, spread live videos left out. */
  readonly viewers = new Float64Array(slotCount)
  readonly comments = new Float64Array(slotCount)
  readonly owners = new Int32Array(slotCount).fill(nobody)
  readonly shared = new Map<LiveVideoId, SharedSeats>()
  /** Live videos that a node might have to name in its report. */
  readonly large = new Set<number>()
  readonly leftovers: Leftover[] = []
  readonly #indexOf: (url: string) => number
  readonly #largeMin: number
  readonly #sharedByVideo = new Map<number, SharedSeats>()
  /** By slot: whoever lost a node and has not found another yet. */
  readonly #lost = new Float64Array(slotCount)
  readonly #dead = new Set<number>()

  constructor(audience: Audience, largeMin: number, indexOf: (url: string) => number) {
    this.audience = audience
    this.#largeMin = largeMin
    this.#indexOf = indexOf
    for (let video = 0; video < audience.count; video++) this.#count(video, audience.viewersOf(video), 1)
    for (let video = 0; video < audience.count; video++) this.#look(video, audience.viewersOf(video))
    audience.onChange = (video, viewers) => this.#change(video, viewers)
    audience.onEnd = (video) => this.#detach(video)
  }
}
