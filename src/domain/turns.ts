import { ChorusError } from './errors.ts'

/** Lets only so many pieces of work run at a time; the others wait in line, and the line has an end. */
export class Turns {
  readonly #runningMax: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax
    this.#waitingMax = waitingMax
  }

  /** @throws ChorusError `overloaded` when the line is full */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#runningMax) this.#running++
    else await this.#wait()
    try {
      return await work()
    } finally {
      // The place goes straight to the next in line: nobody new can slip in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) throw new ChorusError('overloaded', null, 1_000)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
