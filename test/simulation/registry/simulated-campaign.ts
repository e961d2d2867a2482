import { Latest } from '../../../src/registry/latest.ts'
import type { Campaign } from '../../../src/registry/registry.ts'
import type { Place } from './line.ts'
import type { RegistryLink } from './registry-link.ts'

/** A candidacy: stands at the end of the line anew in each new session. */
export class SimulatedCampaign implements Campaign {
  readonly #link: RegistryLink
  readonly #gone: () => void
  readonly #told = new Latest<boolean>()
  #place: Place | null = null
  #isFirst = false
  #hasResigned = false

  constructor(link: RegistryLink, listener: (leading: boolean) => void, gone: () => void) {
    this.#link = link
    this.#gone = gone
    this.#told.watch(listener)
    void this.stand()
  }

  get leading(): boolean {
    const { session, alive } = this.#link
    return !this.#hasResigned && this.#isFirst && this.#place?.session === session && alive
  }

  /** Takes a place if it has none in this session, and looks whether it is the first. */
  async stand(): Promise<void> {
    const { session } = this.#link
    if (!session || this.#hasResigned) return
    if (this.#place?.session !== session) {
      this.#place = { session }
      this.#isFirst = false
    }
    const place = this.#place
    const look = this.#link.call(({ line }) => {
      line.stand(place)
      return line.first === place
    })
    // Without an answer it asks again with the next connection.
    const isFirst = await look.catch(() => false)
    if (place === this.#place && isFirst) this.#isFirst = true
    this.tell()
  }

  tell(): void {
    if (this.leading || this.#told.value) this.#told.set(this.leading)
  }

  async resign(): Promise<void> {
    const place = this.#place
    this.#hasResigned = true
    this.end()
    this.#gone()
    if (place) await this.#link.call(({ line }) => line.withdraw(place)).catch(() => {})
  }

  /** Its listener is told nothing any more. */
  end(): void {
    this.#told.end()
  }
}
