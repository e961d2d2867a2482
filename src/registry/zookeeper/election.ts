import { randomUUID } from 'node:crypto'
import type { Cancel } from '../../domain/time.ts'
import { Latest } from '../latest.ts'
import type { Campaign } from '../registry.ts'
import type { Connection, Watcher } from './connection.ts'
import { Reconciler, type Surroundings } from './reconciler.ts'

/**
 * A place in the line for the lead: a sequential ephemeral znode. Each candidate watches the one before it alone, so that
 * an end wakes one and not all (https://zookeeper.apache.org/doc/r3.8.0/recipes.html#sc_leaderElection).
 */
export class ZooKeeperCampaign implements Campaign {
  readonly #surroundings: Surroundings
  readonly #folder: string
  readonly #data: Buffer
  /** Tells our own znode from the others', also when the answer to its creation was lost. */
  readonly #name = `${randomUUID()}-`
  readonly #told = new Latest<boolean>()
  readonly #reconciler: Reconciler
  readonly #gone: () => void
  readonly #forgetLapses: Cancel
  /** The session in which it came to be the first. */
  #firstIn: number | null = null
  #hasResigned = false

  /** @param gone called once nothing of it is left in the registry */
  constructor(
    surroundings: Surroundings,
    folder: string,
    candidate: string,
    listener: (leading: boolean) => void,
    gone: () => void,
  ) {
    this.#gone = gone
    this.#surroundings = surroundings
    this.#folder = folder
    this.#data = Buffer.from(candidate)
    this.#told.watch(listener)
    this.#forgetLapses = surroundings.session.onLapsed(() => this.#tell())
    this.#reconciler = new Reconciler(surroundings, 0, (...args) => this.#stand(...args))
  }

  get leading(): boolean {
    const { alive, generation } = this.#surroundings.session
    return !this.#hasResigned && this.#firstIn === generation && alive
  }

  async resign(): Promise<void> {
    this.#hasResigned = true
    this.#told.end()
    this.#forgetLapses()
    await this.#reconciler.run()
  }

  /** Nobody is told anything any more. */
  end(): void {
    this.#told.end()
    this.#reconciler.stop()
  }

  async #stand(connection: Connection, changed: Watcher): Promise<void> {
    if (this.#hasResigned) return this.#withdraw(connection)
    const { generation } = this.#surroundings.session
    const place = await this.#place(connection)
    this.#firstIn = place.ahead === null ? generation : null
    this.#tell()
    // The first watches itself: someone may remove it by hand.
    const watched = `${this.#folder}/${place.ahead ?? place.own}`
    if (!(await connection.exists(watched, changed))) await this.#stand(connection, changed)
  }

  async #place(connection: Connection): Promise<{ own: string; ahead: string | null }> {
    const line = await inLine(connection, this.#folder)
    const index = line.findIndex((name) => name.startsWith(this.#name))
    const own = line[index]
    if (own !== undefined) return { own, ahead: line[index - 1] ?? null }
    await connection.create(`${this.#folder}/${this.#name}`, this.#data, 'EPHEMERAL_SEQUENTIAL')
    return this.#place(connection)
  }

  async #withdraw(connection: Connection): Promise<void> {
    for (const name of await inLine(connection, this.#folder))
      if (name.startsWith(this.#name)) await connection.remove(`${this.#folder}/${name}`)
    this.#reconciler.stop()
    this.#gone()
  }

  #tell(): void {
    if (this.leading || this.#told.value !== null) this.#told.set(this.leading)
  }
}

/** The candidates, first come first. */
async function inLine(connection: Connection, folder: string): Promise<string[]> {
  const sequence = (name: string) => name.slice(-10)
  return (await connection.children(folder)).sort((a, b) => (sequence(a) < sequence(b) ? -1 : 1))
}
