const none: Buffer = Buffer.alloc(0)

/**
 * Bytes that wait in a row, in one piece of memory: of a client that sends them one by one, each would be a buffer of some
 * hundred bytes. What was taken is never written over, so that a parser may keep parts of it.
 */
export class HeldBytes {
  #memory: Buffer = none
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  append(bytes: Buffer): void {
    if (this.length === 0) {
      this.#adopt(bytes)
      return
    }
    if (this.#end + bytes.length > this.#memory.length) this.#grow(bytes.length)
    bytes.copy(this.#memory, this.#end)
    this.#end += bytes.length
  }

  /** @returns the first bytes, up to and with `end` where it occurs, otherwise all */
  takeUntil(end: string): Buffer {
    const { all } = this
    const at = all.indexOf(end)
    const taken = at < 0 ? all : all.subarray(0, at + end.length)
    this.#start += taken.length
    if (this.length === 0) this.#adopt(none)
    return taken
  }

  get all(): Buffer {
    return this.#memory.subarray(this.#start, this.#end)
  }

  takeAll(): Buffer {
    const { all } = this
    this.#adopt(none)
    return all
  }

  #adopt(bytes: Buffer): void {
    this.#memory = bytes
    this.#start = 0
    this.#end = bytes.length
  }

  #grow(by: number): void {
    const memory = Buffer.allocUnsafeSlow(2 * (this.length + by))
    const length = this.#memory.copy(memory, 0, this.#start, this.#end)
    this.#memory = memory
    this.#start = 0
    this.#end = length
  }
}
