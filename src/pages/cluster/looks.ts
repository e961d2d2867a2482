/** A look is a colour and a shape: what tells a node's cells from the others', besides its name. */
export const colourCount = 8
export const shapes = ['square', 'disc', 'diamond', 'frame'] as const
export type Shape = (typeof shapes)[number]

export const lookCount = colourCount * shapes.length

export const colourOf = (look: number): number => look % colourCount
export const shapeOf = (look: number): Shape =>
  shapes[Math.floor(look / colourCount) % shapes.length] ?? 'square'

/** More than were ever seen together; the one that was forgotten longest ago may come back in another colour. */
const rememberedMax = 4_096

/** Gives every node a look, and the same one again however long it was away: others come and go, it stays. */
export class Looks {
  /** The one seen last is last. */
  readonly #looks = new Map<string, number>()

  /** Looks for all that are there now; new ones get what the fewest of these have. */
  assign(urls: readonly string[]): void {
    const uses = new Array<number>(lookCount).fill(0)
    const known = urls.filter((url) => this.#looks.has(url))
    for (const url of known) this.#keep(url, this.of(url), uses)
    for (const url of urls.toSorted())
      if (!this.#looks.has(url)) this.#keep(url, uses.indexOf(Math.min(...uses)), uses)
    for (const url of this.#looks.keys()) {
      if (this.#looks.size <= rememberedMax) break
      this.#looks.delete(url)
    }
  }

  of(url: string): number {
    return this.#looks.get(url) ?? 0
  }

  #keep(url: string, look: number, uses: number[]): void {
    this.#looks.delete(url)
    this.#looks.set(url, look)
    uses[look] = (uses[look] ?? 0) + 1
  }
}
