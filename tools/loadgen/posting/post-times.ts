const postsRemembered = 65_536

/**
 * When each comment's POST began, and the marker by which a delivery is tied to its post: a comment's text begins
 * with `<run>.<number> `. Remembers the newest 65,536, far more than can be on their way.
 */
export class PostTimes {
  readonly #run: string
  readonly #startedAt = new Float64Array(postsRemembered).fill(Number.NaN)

  /** `run` tells this run's comments from any others of the live video. */
  constructor(run: string) {
    this.#run = run
  }

  /** Notes that the POST begins at `startedAt` (of `performance.now()`) and returns the marker. */
  begin(post: number, startedAt: number): string {
    this.#startedAt[post % postsRemembered] = startedAt
    return `${this.#run}.${post} `
  }

  /** When the POST of the comment in `json` began; NaN when it is not of this run. */
  startOf(json: string): number {
    const opening = `"text":"${this.#run}.`
    const at = json.indexOf(opening)
    if (at === -1) return Number.NaN
    const post = Number.parseInt(json.slice(at + opening.length, at + opening.length + 12), 10)
    return this.#startedAt[post % postsRemembered] ?? Number.NaN
  }
}
