import type { Api } from './api.ts'
import type { Environment } from './environment.ts'

interface DirectionsNeeds {
  api: Pick<Api, 'placement'>
  environment: Environment
  /** The server that is asked. */
  baseUrl: string
}

/** Servers that send nobody elsewhere: asked once in each world, not for every live video that is scrolled past. */
const stayAtHome = new WeakMap<Environment, Set<string>>()

// Until the server, too, knows that a node is gone.
const misledMax = 6

/**
 * Where to open the stream: at the server, or at the node that it names. A node that cannot be reached from here is no
 * reason to have no stream: then the server carries it.
 */
export class Directions {
  readonly #needs: DirectionsNeeds
  readonly #silent: Set<string>
  #misled = 0
  /** A node could be reached from here before. */
  #reached = false

  constructor(needs: DirectionsNeeds) {
    const { environment } = needs
    this.#needs = needs
    this.#silent = stayAtHome.get(environment) ?? new Set()
    stayAtHome.set(environment, this.#silent)
  }

  /** Whether this server sends clients elsewhere, as far as it is known. */
  get given(): boolean {
    return !this.#silent.has(this.#needs.baseUrl)
  }

  /** The address of the stream; null: the server's own. */
  async ask(): Promise<string | null> {
    if (!this.given) return null
    if (this.#misled >= (this.#reached ? misledMax : 1)) {
      this.#misled = 0
      return null
    }
    const answer = await this.#needs.api.placement()
    const url = answer.ok ? (answer.value.streamUrl ?? null) : null
    if (url === null && (answer.ok || answer.failure.refused)) this.#silent.add(this.#needs.baseUrl)
    return url !== null && URL.canParse(url) ? url : null
  }

  arrived(): void {
    this.#reached = true
    this.#misled = 0
  }

  misled(): void {
    this.#misled++
  }
}
