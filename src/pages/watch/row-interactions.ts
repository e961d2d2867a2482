import type { Comment, Failure, LiveComments } from '../../sdk/index.ts'
import type { RowActions } from './comment-row.ts'

interface Host {
  readonly live: LiveComments
  /** Someone reads: what is read is not to be scrolled away. */
  stopFollowing(): void
  onReply(comment: Comment): void
  onFailure(failure: Failure): void
  requestUpdate(): void
}

/** What people do with rows, and what the page remembers of it: which are shown whole, asked about, or at work. */
export class RowInteractions {
  readonly expanded = new Set<string>()
  readonly busy = new Set<string>()
  confirming: string | null = null
  /** Where there is no pointer to hover with, a tap on a row shows what can be done with it. */
  selected: string | null = null
  readonly actions: RowActions
  readonly #host: Host

  constructor(host: Host) {
    this.#host = host
    this.actions = {
      expand: (key) => this.#expand(key),
      askToRemove: (key) => this.#askToRemove(key),
      remove: ({ id }) => void this.#run(id, () => this.#remove(id)),
      pin: (comment) => void this.#run(comment.id, () => this.#pin(comment)),
      reply: (comment) => host.onReply(comment),
      retry: (key) => host.live.retry(key),
      discard: (key) => host.live.discard(key),
      fillGap: (key) => void this.#run(key, () => host.live.fillGap(key)),
    }
  }

  /** Not when the tap was for something in the row, or ended a selection of its text. */
  select(key: string, event: Event): void {
    const onControl = event.target instanceof Element && event.target.closest('button') !== null
    if (onControl || getSelection()?.isCollapsed === false) return
    this.selected = this.selected === key ? null : key
    this.#host.requestUpdate()
  }

  #expand(key: string): void {
    this.#host.stopFollowing()
    this.#toggle(this.expanded, key)
  }

  /** Two steps: a removed comment is gone for everyone. */
  #askToRemove(key: string): void {
    this.confirming = this.confirming === key ? null : key
    this.#host.requestUpdate()
  }

  async #remove(commentId: string): Promise<Failure | null> {
    const failure = await this.#host.live.remove(commentId)
    this.confirming = null
    return failure
  }

  #pin({ id }: Comment): Promise<Failure | null> {
    const { pinned } = this.#host.live.state.facts
    const isPinned = pinned.kind === 'known' && pinned.comment.id === id
    return this.#host.live.change({ pinnedCommentId: isPinned ? null : id })
  }

  async #run(key: string, request: () => Promise<Failure | null>): Promise<void> {
    if (this.busy.has(key)) return
    this.#toggle(this.busy, key)
    const failure = await request()
    if (failure) this.#host.onFailure(failure)
    this.#toggle(this.busy, key)
  }

  #toggle(keys: Set<string>, key: string): void {
    if (!keys.delete(key)) keys.add(key)
    this.#host.requestUpdate()
  }
}
