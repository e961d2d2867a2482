import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import { slotOf } from '../../../src/placement/slots.ts'
import { assumptions } from '../assumptions.ts'
import type { SeededRandom } from '../random.ts'

const { commentsPerSecondMax, secondsPerComment, growthSecondsMax, growthSecondsMin } = assumptions

/** Comments per second of a live video with so many viewers. */
export const commentsOf = (viewers: number): number =>
  Math.min(commentsPerSecondMax, viewers / secondsPerComment)

interface Growth {
  video: number
  edition: number
  from: number
  seconds: number
}

export interface AudiencePlan {
  videos: number
  /** Of all live videos but the mega one, once all have grown. */
  viewers: number
  /** Of the mega live video, once it has grown. */
  mega: number
}

/**
 * Who watches what, live video by live video: how many are to be expected, not each by itself. Popularity follows Zipf's
 * law. Live videos end, and others that begin take their places in the ranking and grow. The last index is the mega one.
 */
export class Audience {
  readonly count: number
  readonly mega: number
  /** Changes when another live video takes the place. */
  readonly slots: Uint16Array
  readonly viewers: Float64Array
  /** Called before the viewers of a live video change, and before it is another one. */
  onChange: (video: number, viewers: number) => void = () => {}
  onEnd: (video: number) => void = () => {}
  readonly #targets: Float64Array
  readonly #editions: Uint32Array
  readonly #random: SeededRandom
  #growing: Growth[] = []
  #endsDue = 0
  #second = 0

  constructor({ videos, viewers, mega }: AudiencePlan, random: SeededRandom) {
    this.#random = random
    this.mega = videos
    this.count = videos + 1
    this.#targets = zipf(videos, viewers, mega)
    this.#editions = new Uint32Array(this.count)
    this.viewers = this.#targets.slice()
    this.viewers[this.mega] = 0
    this.slots = Uint16Array.from({ length: this.count }, (_, video) => slotOf(this.idOf(video)))
  }

  idOf(video: number): LiveVideoId {
    return video === this.mega ? 'mega' : `video-${video.toString(36)}-${this.#editions[video]}`
  }

  viewersOf(video: number): number {
    return this.viewers[video] ?? 0
  }

  /** One second: what grows has grown, and some live videos have ended. */
  tick(): void {
    this.#second++
    this.#growing = this.#growing.filter((growth) => this.#grow(growth))
    this.#endsDue += (this.count - 1) / (assumptions.liveVideoMinutes * 60)
    for (; this.#endsDue >= 1; this.#endsDue--) this.#replace(this.#random.below(this.count - 1))
  }

  beginMega(): void {
    this.#beginGrowth(this.mega, assumptions.megaGrowthSeconds)
  }

  endMega(): void {
    this.#editions[this.mega] = 1
    this.#set(this.mega, 0)
  }

  #replace(video: number): void {
    this.#set(video, 0)
    this.onEnd(video)
    this.#editions[video] = (this.#editions[video] ?? 0) + 1
    this.slots[video] = slotOf(this.idOf(video))
    this.#beginGrowth(video, this.#random.between(growthSecondsMin, growthSecondsMax))
  }

  #beginGrowth(video: number, seconds: number): void {
    this.#growing.push({ video, edition: this.#editions[video] ?? 0, from: this.#second, seconds })
  }

  /** Slowly at first and at the end. */
  #grow({ video, edition, from, seconds }: Growth): boolean {
    if (edition !== this.#editions[video]) return false
    const part = Math.min(1, (this.#second - from) / seconds)
    this.#set(video, (this.#targets[video] ?? 0) * part * part * (3 - 2 * part))
    return part < 1
  }

  #set(video: number, viewers: number): void {
    this.onChange(video, viewers)
    this.viewers[video] = viewers
  }
}

function zipf(videos: number, viewers: number, mega: number): Float64Array {
  const targets = Float64Array.from({ length: videos + 1 }, (_, rank) => 1 / (rank + 1))
  targets[videos] = 0
  const sum = targets.reduce((total, part) => total + part, 0)
  for (let rank = 0; rank < videos; rank++) targets[rank] = ((targets[rank] ?? 0) / sum) * viewers
  targets[videos] = mega
  return targets
}
