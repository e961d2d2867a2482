export interface Appointment {
  at: number
  /** Among those at the same time: the order in which they were made. */
  order: number
  /** Null once it was cancelled. */
  run: (() => void) | null
}

const before = (a: Appointment, b: Appointment): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order)

/** What is to happen, the earliest first: a binary heap. */
export class Appointments {
  readonly #heap: Appointment[] = []

  peek(): Appointment | undefined {
    return this.#heap[0]
  }

  push(appointment: Appointment): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as Appointment
      if (before(above, appointment)) break
      heap[at] = above
      at = parent
    }
    heap[at] = appointment
  }

  pop(): Appointment | undefined {
    const [first] = this.#heap
    const last = this.#heap.pop()
    if (last && last !== first) this.#sink(last)
    return first
  }

  #sink(appointment: Appointment): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Appointment, heap[child] as Appointment))
        child++
      if (before(appointment, heap[child] as Appointment)) break
      heap[at] = heap[child] as Appointment
      at = child
    }
    heap[at] = appointment
  }
}
