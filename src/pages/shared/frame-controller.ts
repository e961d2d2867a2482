import type { ReactiveController, ReactiveControllerHost } from 'lit'

interface Source {
  subscribe(listen: () => void): () => void
}

/**
 * Draws its host anew when one of the sources changes: at most once an animation frame, however often they change, and
 * not at all in a hidden tab.
 */
export class FrameController implements ReactiveController {
  readonly #host: ReactiveControllerHost
  readonly #sources: () => Source[]
  #unsubscribe: (() => void)[] = []
  #frame: number | null = null

  constructor(host: ReactiveControllerHost, sources: () => Source[]) {
    this.#host = host
    this.#sources = sources
    host.addController(this)
  }

  hostConnected(): void {
    this.#unsubscribe = this.#sources().map((source) => source.subscribe(() => this.#request()))
  }

  hostDisconnected(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    if (this.#frame !== null) cancelAnimationFrame(this.#frame)
    this.#frame = null
  }

  #request(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      this.#host.requestUpdate()
    })
  }
}
