import type { Cancel } from '../domain/time.ts'

/**
 * A value and those who follow it. Each is told the newest value soon, never inside the call that changed it or that
 * began to watch; what was overwritten before it was told is skipped, and a value is not told twice.
 */
export class Latest<T> {
  #value: T | null
  readonly #watchers = new Set<Watcher<T>>()
  readonly #same: (a: T, b: T) => boolean

  constructor(value: T | null = null, same: (a: T, b: T) => boolean = Object.is) {
    this.#value = value
    this.#same = same
  }

  get value(): T | null {
    return this.#value
  }

  get watched(): boolean {
    return this.#watchers.size > 0
  }

  set(value: T): void {
    this.#value = value
    for (const watcher of this.#watchers) this.#tellSoon(watcher)
  }

  /** As if there had never been a value. */
  forget(): void {
    this.#value = null
  }

  watch(listener: (value: T) => void): Cancel {
    const watcher: Watcher<T> = { listener, told: null, due: false }
    this.#watchers.add(watcher)
    this.#tellSoon(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Nobody is told anything any more. */
  end(): void {
    this.#watchers.clear()
  }

  #tellSoon(watcher: Watcher<T>): void {
    if (watcher.due || this.#value === null) return
    watcher.due = true
    queueMicrotask(() => {
      watcher.due = false
      this.#tell(watcher)
    })
  }

  #tell(watcher: Watcher<T>): void {
    const value = this.#value
    if (value === null || !this.#watchers.has(watcher)) return
    if (watcher.told !== null && this.#same(watcher.told, value)) return
    watcher.told = value
    watcher.listener(value)
  }
}

interface Watcher<T> {
  listener: (value: T) => void
  told: T | null
  /** It will be told in a moment. */
  due: boolean
}
