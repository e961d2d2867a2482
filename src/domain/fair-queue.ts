/** The client that an item belongs to. */
export interface QueueClient {
  key: string
  /** Many clients that cannot be told apart: what one client may have waiting does not bind it. */
  isCrowd?: boolean
}

/** A client about which nothing is known. */
export const anyClient: QueueClient = { key: '', isCrowd: true }

export interface FairQueueOptions {
  /** Items of all clients together. */
  waitingMax: number
  /** Items of one client. */
  clientWaitingMax: number
}

/** For queues that something else bounds, such as the number of connections. */
export const unbounded: Readonly<FairQueueOptions> = Object.freeze({
  waitingMax: Number.POSITIVE_INFINITY,
  clientWaitingMax: Number.POSITIVE_INFINITY,
})

/** What had to leave a full queue. `share`: because its client has enough there; `full`: because there is no room for anybody. */
export interface Rejection<Item> {
  item: Item
  reason: 'share' | 'full'
}

interface Line<Item> {
  client: QueueClient
  items: Item[]
}

/**
 * Lets clients take turns, however much each sends: round robin over the clients that have items waiting, each
 * client's items in the order in which they came. When it is full the client with most waiting loses its last one, so
 * the rest of them always find room (McKenney, Stochastic Fairness Queueing, 1990). Every operation takes constant time.
 */
export class FairQueue<Item> {
  readonly #options: FairQueueOptions
  readonly #lines = new Map<string, Line<Item>>()
  /** The lines that hold something, the next one to be served first. */
  #rotation: Line<Item>[] = []
  /** The same lines by how much they hold: an entry for each length that occurs. */
  readonly #byLength = new Map<number, Set<Line<Item>>>()
  #lengthMax = 0
  #size = 0

  constructor(options: FairQueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#size
  }

  /** How many items would be served before one that this client added now, at most. */
  ahead(client: QueueClient): number {
    const held = this.#lines.get(client.key)?.items.length ?? 0
    return Math.min(this.#size, (held + 1) * (this.#lines.size + 1) - 1)
  }

  /** Adds an item at the end of its client's line. @returns what had to leave, this item or another one; null: nothing */
  add(item: Item, client: QueueClient): Rejection<Item> | null {
    const held = this.#lines.get(client.key)?.items.length ?? 0
    if (held >= this.#options.clientWaitingMax && !client.isCrowd) return { item, reason: 'share' }
    if (this.#size < this.#options.waitingMax) {
      this.#append(item, client)
      return null
    }
    const longest = this.#longest()
    // With one more it would be as long as the longest itself.
    if (!longest || longest.items.length <= held + 1) return { item, reason: reasonFor(client, held) }
    const reason = reasonFor(longest.client, longest.items.length)
    const last = this.#resize(longest, () => longest.items.pop() as Item)
    this.#append(item, client)
    return { item: last, reason }
  }

  /** Takes out the item whose turn it is; undefined when nothing waits. */
  next(): Item | undefined {
    const line = this.#rotation.shift()
    if (!line) return undefined
    const item = this.#resize(line, () => line.items.shift() as Item)
    if (line.items.length > 0) this.#rotation.push(line)
    return item
  }

  /** Takes out all items that `isWanted`, client by client. */
  take(isWanted: (item: Item) => boolean): Item[] {
    const taken: Item[] = []
    for (const line of this.#rotation) {
      const left: Item[] = []
      for (const item of line.items) (isWanted(item) ? taken : left).push(item)
      this.#resize(line, () => {
        line.items = left
      })
    }
    this.#rotation = this.#rotation.filter(({ items }) => items.length > 0)
    return taken
  }

  #append(item: Item, client: QueueClient): void {
    const line = this.#lines.get(client.key) ?? { client, items: [] }
    if (line.items.length === 0) {
      this.#lines.set(client.key, line)
      this.#rotation.push(line)
    }
    this.#resize(line, () => line.items.push(item))
  }

  #longest(): Line<Item> | undefined {
    const [longest] = this.#byLength.get(this.#lengthMax) ?? []
    return longest
  }

  /** Changes what a line holds, and keeps count of it. */
  #resize<Result>(line: Line<Item>, change: () => Result): Result {
    const before = line.items.length
    const result = change()
    const after = line.items.length
    this.#size += after - before
    this.#unlist(line, before)
    if (after > 0) this.#list(line, after)
    else this.#lines.delete(line.client.key)
    // Nearly always one step: a line shrinks by one item.
    while (this.#lengthMax > 0 && !this.#byLength.has(this.#lengthMax)) this.#lengthMax--
    return result
  }

  #list(line: Line<Item>, length: number): void {
    this.#byLength.set(length, (this.#byLength.get(length) ?? new Set()).add(line))
    this.#lengthMax = Math.max(this.#lengthMax, length)
  }

  #unlist(line: Line<Item>, length: number): void {
    const lines = this.#byLength.get(length)
    lines?.delete(line)
    if (lines?.size === 0) this.#byLength.delete(length)
  }
}

/** One of a crowd cannot be told that it has sent too much: others have. */
const reasonFor = ({ isCrowd }: QueueClient, held: number): 'share' | 'full' =>
  held > 0 && !isCrowd ? 'share' : 'full'
