import type { Session } from './registry-server.ts'

/** A place in the line for the lead. */
export interface Place {
  session: Session
}

/** Who stood first leads. */
export class Line {
  readonly #places = new Set<Place>()
  readonly #moved: () => void

  /** @param moved called when another one is the first */
  constructor(moved: () => void) {
    this.#moved = moved
  }

  get first(): Place | undefined {
    return this.#places.values().next().value
  }

  stand(place: Place): void {
    this.#change(() => this.#places.add(place))
  }

  withdraw(place: Place): void {
    this.#change(() => this.#places.delete(place))
  }

  leave(session: Session): void {
    this.#change(() => {
      for (const place of this.#places) if (place.session === session) this.#places.delete(place)
    })
  }

  #change(change: () => void): void {
    const before = this.first
    change()
    if (this.first !== before) this.#moved()
  }
}
