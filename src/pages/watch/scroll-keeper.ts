const endPx = 32

/**
 * Keeps what is being read where it is while rows come and go around it, or the end in view. Browsers anchor by
 * themselves, but not at the very top, and not all of them.
 */
export class ScrollKeeper {
  readonly #scroller: HTMLElement
  readonly #sizes: ResizeObserver
  #anchor: { key: string; top: number } | null = null

  constructor(scroller: HTMLElement, following: () => boolean) {
    this.#scroller = scroller
    this.#sizes = new ResizeObserver(() => {
      if (following()) this.toEnd()
    })
    this.#sizes.observe(scroller)
  }

  get fromTop(): number {
    return this.#scroller.scrollTop
  }

  get fromEnd(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller
    return scrollHeight - scrollTop - clientHeight
  }

  get atEnd(): boolean {
    return this.fromEnd < endPx
  }

  get scrollable(): boolean {
    return this.#scroller.scrollHeight > this.#scroller.clientHeight
  }

  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight
  }

  /** Notes the first row in view, before the rows change. */
  remember(): void {
    const { top } = this.#scroller.getBoundingClientRect()
    for (const row of this.#scroller.querySelectorAll<HTMLElement>('[data-key]')) {
      const box = row.getBoundingClientRect()
      if (box.bottom <= top) continue
      this.#anchor = { key: row.dataset.key ?? '', top: box.top }
      return
    }
    this.#anchor = null
  }

  /** Puts that row back where it was. */
  restore(): void {
    const anchor = this.#anchor
    if (!anchor) return
    const row = this.#scroller.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`)
    if (row) this.#scroller.scrollTop += row.getBoundingClientRect().top - anchor.top
  }

  disconnect(): void {
    this.#sizes.disconnect()
  }
}
