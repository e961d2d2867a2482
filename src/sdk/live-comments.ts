import type { CommentId } from '../domain/comment.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { acceptText } from '../domain/text.ts'
import type { LiveVideoPatch } from '../protocol/api.ts'
import { type Answer, type Api, createApi } from './api.ts'
import { defaultBounds, type ListAction, type ListBounds } from './comment-list.ts'
import { type DeliveryOptions, defaultDelivery } from './deliver.ts'
import { Directions } from './directions.ts'
import type { Draft } from './draft.ts'
import { browserEnvironment, type Environment } from './environment.ts'
import { type Failure, failureOf } from './failure.ts'
import { emptyState, type LiveAction, type LiveState, reduceLive } from './live-state.ts'
import { oldestCursor } from './log-entries.ts'
import { createPosting } from './posting.ts'
import { createSnapshots } from './snapshot.ts'
import { defaultStream, LiveStream, type StreamHandlers, type StreamOptions } from './stream.ts'
import { readToken, type TokenSource } from './token.ts'

export interface LiveCommentsOptions {
  liveVideoId: LiveVideoId
  tokens: TokenSource
  /** Where the server is, without a slash at the end; empty (the default): where the page came from. */
  baseUrl?: string
  stream?: Partial<StreamOptions>
  delivery?: Partial<DeliveryOptions>
  bounds?: Partial<ListBounds>
  environment?: Environment
}

/** What a comment may say besides its text. `offsetMs`: milliseconds into the video. */
export interface PostExtra {
  replyTo?: CommentId
  offsetMs?: number
}

const pageSize = 50
const gapPageSize = 100
const pinnedSpreadMs = 1_000

/** The comments of one live video, kept up to date until `close`. */
export class LiveComments {
  readonly liveVideoId: LiveVideoId
  readonly #environment: Environment
  readonly #tokens: TokenSource
  readonly #api: Api
  readonly #stream: LiveStream
  readonly #posting: ReturnType<typeof createPosting>
  readonly #snapshots: ReturnType<typeof createSnapshots>
  readonly #listeners = new Set<() => void>()
  #state: LiveState

  constructor(options: LiveCommentsOptions) {
    const { liveVideoId, tokens, baseUrl = '', environment = browserEnvironment } = options
    this.liveVideoId = liveVideoId
    this.#environment = environment
    this.#tokens = tokens
    this.#state = emptyState({ ...defaultBounds, ...options.bounds })
    const stream = { ...defaultStream, ...options.stream }
    const api = createApi({ baseUrl, liveVideoId, tokens, readsSigned: stream.ticketed, environment })
    this.#api = api
    this.#posting = createPosting({
      api,
      environment,
      options: { ...defaultDelivery, ...options.delivery },
      dispatch: (action) => this.#dispatchList(action),
    })
    this.#snapshots = createSnapshots({
      api,
      environment,
      onSnapshot: (video) => this.#dispatch({ type: 'snapshot', video }),
    })
    const directions = new Directions({ api, environment, baseUrl })
    this.#stream = new LiveStream({ api, directions, tokens, environment, options: stream }, this.#handlers())
    void this.#stream.open()
  }

  get state(): LiveState {
    return this.#state
  }

  /** Calls `listen` after each change. Returns what ends it. */
  subscribe(listen: () => void): () => void {
    this.#listeners.add(listen)
    return () => this.#listeners.delete(listen)
  }

  /** Shows the comment at once and sends it. A failure here means that it was not even shown. */
  async post(text: string, extra: PostExtra = {}): Promise<Answer<{ key: string }>> {
    const accepted = accept(text)
    if (!accepted.ok) return accepted
    if (this.#waiting() >= this.#state.list.bounds.draftsMax)
      return { ok: false, failure: failureOf('rate_limited') }
    const token = await this.#tokens.current()
    if (token === null) return { ok: false, failure: failureOf('unauthenticated') }
    const author = readToken(token)?.author ?? { id: '', name: '' }
    const { createKey, clock } = this.#environment
    const key = createKey()
    const draft = { ...extra, key, author, text: accepted.value, createdAt: clock.now() }
    this.#dispatchList({ type: 'drafted', draft })
    this.#send(key)
    return { ok: true, value: { key } }
  }

  /** Sends a failed comment again, under the same key: if it was stored after all, it is not stored twice. */
  retry(key: string): void {
    if (this.#draft(key)?.status.kind !== 'failed') return
    this.#dispatchList({ type: 'statusChanged', key, status: { kind: 'pending', wait: null } })
    this.#send(key)
  }

  /** Forgets a failed comment. */
  discard(key: string): void {
    if (this.#draft(key)?.status.kind === 'failed') this.#dispatchList({ type: 'discarded', key })
  }

  async remove(commentId: CommentId): Promise<Failure | null> {
    const answer = await this.#api.remove(commentId)
    if (!answer.ok && answer.failure.code !== 'comment_not_found') return answer.failure
    this.#dispatch({ type: 'removed', commentId })
    return null
  }

  /** Pins, closes, slows down: what a moderator may. */
  async change(patch: LiveVideoPatch): Promise<Failure | null> {
    const answer = await this.#api.change(patch)
    return answer.ok ? null : answer.failure
  }

  /** Loads a page of comments from before the oldest shown. */
  async loadOlder(): Promise<void> {
    const { list, older } = this.#state
    if (older === 'loading' || list.reachedStart) return
    this.#dispatch({ type: 'olderAsked', older: 'loading' })
    const answer = await this.#api.commentsBefore(oldestCursor(list.entries), pageSize)
    this.#dispatch({ type: 'olderAsked', older: answer.ok ? 'idle' : 'failed' })
    if (answer.ok) this.#dispatchList({ type: 'olderLoaded', ...answer.value })
  }

  /** Loads the newest page of what a gap left out. */
  async fillGap(key: string): Promise<Failure | null> {
    const { entries } = this.#state.list
    const index = entries.findIndex((entry) => entry.key === key)
    const answer = await this.#api.commentsBefore(oldestCursor(entries.slice(index + 1)), gapPageSize)
    if (!answer.ok) return answer.failure
    this.#dispatchList({ type: 'gapLoaded', key, ...answer.value })
    return null
  }

  /** While held, older comments are kept longer: someone is reading them. */
  hold(held: boolean): void {
    if (held !== this.#state.list.held) this.#dispatchList({ type: 'held', held })
  }

  /** The network is back: connect now instead of after the wait. */
  wake(): void {
    this.#stream.wake()
  }

  close(): void {
    this.#snapshots.cancel()
    this.#stream.close()
    this.#listeners.clear()
  }

  #handlers(): StreamHandlers {
    const now = () => this.#environment.clock.elapsed()
    return {
      onOpened: (reset) => {
        this.#dispatch({ type: 'opened', reset, now: now() })
        this.#snapshots.load(0)
      },
      onEvent: (event, cursor) => {
        this.#dispatch({ type: 'event', event, cursor, now: now() })
        // Every viewer who doesn't have that comment asks for it in the same moment: hence the spread.
        if (event.type === 'comment.pinned' && this.#state.facts.pinned.kind === 'unknown')
          this.#snapshots.load(pinnedSpreadMs)
      },
      onLost: () => this.#dispatch({ type: 'lost', now: now() }),
      onEnded: (reason) => this.#dispatch({ type: 'ended', reason }),
    }
  }

  #draft(key: string): Draft | undefined {
    return this.#state.list.drafts.find((draft) => draft.key === key)
  }

  #waiting(): number {
    return this.#state.list.drafts.filter(({ status }) => status.kind === 'pending').length
  }

  #send(key: string): void {
    const draft = this.#draft(key)
    if (draft) this.#posting.send(draft)
  }

  #dispatchList(action: ListAction): void {
    this.#dispatch({ type: 'list', action })
  }

  #dispatch(action: LiveAction): void {
    this.#state = reduceLive(this.#state, action)
    for (const listen of this.#listeners) listen()
  }
}

function accept(text: string): Answer<string> {
  try {
    return { ok: true, value: acceptText(text) }
  } catch (error) {
    if (error instanceof ChorusError) return { ok: false, failure: failureOf(error.code, error.message) }
    throw error
  }
}
