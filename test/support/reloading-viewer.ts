import type { Addressed } from './chorus-server.ts'
import { Viewer } from './viewer.ts'

/** A page that is open throughout: it comes back where it was, and loads everything again when it is told `reset`. */
export class ReloadingViewer implements Disposable {
  readonly #server: Addressed
  readonly #liveVideoId: string
  #viewer: Viewer
  #resets = 0

  constructor(server: Addressed, liveVideoId: string) {
    this.#server = server
    this.#liveVideoId = liveVideoId
    this.#viewer = this.#load()
  }

  /** How often it was told that the log is another one. */
  get resets(): number {
    this.#look()
    return this.#resets
  }

  /** Ids of the comments on the page. */
  get shown(): string[] {
    this.#look()
    return this.#viewer.comments.map(({ id }) => id)
  }

  [Symbol.dispose](): void {
    this.#viewer[Symbol.dispose]()
  }

  #look(): void {
    if (this.#viewer.named('reset').length === 0) return
    this.#resets++
    this.#viewer[Symbol.dispose]()
    this.#viewer = this.#load()
  }

  #load(): Viewer {
    return new Viewer(this.#server, this.#liveVideoId, { query: 'history=200', returns: true })
  }
}
