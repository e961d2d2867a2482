import type { Actor } from '../../src/domain/command.ts'
import type { Comment } from '../../src/domain/comment.ts'
import { ChorusError, problems } from '../../src/domain/errors.ts'
import type { LiveVideoId } from '../../src/domain/live-video.ts'
import type { Asked } from './ledger.ts'
import type { CommentsDoor, World } from './world.ts'

type Post = Extract<Asked['what'], { kind: 'post' }>

const moderator: Actor = { author: { id: 'mod', name: 'Mod', role: 'moderator' }, role: 'moderator' }
const actorOf = (id: string): Actor =>
  id === moderator.author.id ? moderator : { author: { id, name: id }, role: 'viewer' }

const slowModeMsMax = 1_000

/** Those who write: they post, ask again with the same key, remove, pin, and change the rules. */
export class SimulatedAuthors {
  readonly ledger: Asked[] = []
  readonly #world: World
  #keys = 0

  constructor(world: World) {
    this.#world = world
  }

  act(): void {
    const { random, plan } = this.#world
    const liveVideoId = random.pick(plan.liveVideos)
    const dice = random.next()
    if (dice < plan.removals) this.#removeOne(liveVideoId)
    else if (dice < plan.removals + 0.1) this.#askAgain()
    else if (dice < plan.removals + 0.2) this.#changeSomething(liveVideoId)
    else this.#postNew(liveVideoId)
  }

  /** Opens the comments, and leaves one more in every live video. Resolves when all of it is in the logs. */
  async lastCall(): Promise<void> {
    for (const liveVideoId of this.#world.plan.liveVideos) {
      await this.#insist(() => this.#change(liveVideoId, { closed: false, slowModeMs: null }))
      await this.#insist(() => this.#post(liveVideoId, { ...this.#draft(), key: `last ${liveVideoId}` }))
    }
  }

  async #insist(ask: () => Promise<Asked | null>): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      const asked = await ask()
      if (asked && typeof asked.answer !== 'string' && 'acknowledged' in asked.answer) return
      await new Promise<void>((resolve) => this.#world.clock.after(200, resolve))
    }
    this.#world.problems.report('CM-1', 'the last call was never accepted')
  }

  #postNew(liveVideoId: LiveVideoId): void {
    const draft = this.#draft()
    void this.#post(liveVideoId, draft)
    // Twice at once: a form that was sent by a double click.
    if (draft.key !== undefined && this.#world.random.chance(0.15)) void this.#post(liveVideoId, draft)
  }

  #draft(): Post {
    const { random } = this.#world
    const key = random.chance(0.7) ? `k${this.#keys++}` : undefined
    return { kind: 'post', authorId: this.#authorId(), text: this.#text(), key }
  }

  /** Moderators write where some are shown a sample, which has to hold what they write. */
  #authorId(): string {
    const { random, plan } = this.#world
    if (plan.rated > 0 && random.chance(0.1)) return moderator.author.id
    return `author${random.integer(1, plan.authors)}`
  }

  #text(): string {
    const { random, plan } = this.#world
    const letters = random.pick(['x', 'ü', '🎉', 'a\n'])
    const count = Math.floor(random.next() ** 3 * plan.textMax)
    return `${this.#keys} ${letters.repeat(count)}.`
  }

  #askAgain(): void {
    const keyed = this.ledger.filter(({ what }) => what.kind === 'post' && what.key !== undefined)
    const one = keyed.at(-1 - Math.floor(this.#world.random.next() * keyed.length))
    if (one?.what.kind === 'post') void this.#post(one.liveVideoId, one.what)
  }

  #removeOne(liveVideoId: LiveVideoId): void {
    const comment = this.#someComment(liveVideoId)
    if (!comment) return
    const own = this.#world.random.chance(0.3)
    const actor = own ? actorOf(comment.author.id) : moderator
    void this.#ask(liveVideoId, { kind: 'remove', commentId: comment.id }, async (node) => {
      await node.comments.remove(liveVideoId, actor, comment.id)
      return null
    })
  }

  #changeSomething(liveVideoId: LiveVideoId): void {
    const { random, clock } = this.#world
    const dice = random.next()
    if (dice < 0.6) {
      const pinnedCommentId = this.#someComment(liveVideoId)?.id ?? null
      void this.#change(liveVideoId, { pinnedCommentId: random.chance(0.2) ? null : pinnedCommentId })
    } else if (dice < 0.8)
      void this.#change(liveVideoId, { slowModeMs: random.pick([null, 50, slowModeMsMax]) })
    else {
      void this.#change(liveVideoId, { closed: true })
      clock.after(random.between(0, 300), () => void this.#change(liveVideoId, { closed: false }))
    }
  }

  #someComment(liveVideoId: LiveVideoId): Comment | null {
    const events = this.#world.logs.current(liveVideoId).events
    const event = events.at(-1 - Math.floor(this.#world.random.next() * Math.min(6, events.length)))
    return event?.type === 'comment.created' ? event.comment : null
  }

  #post(liveVideoId: LiveVideoId, post: Post): Promise<Asked | null> {
    return this.#ask(liveVideoId, post, async (node) => {
      const { text, key: idempotencyKey } = post
      const created = await node.comments.create(liveVideoId, actorOf(post.authorId), {
        text,
        idempotencyKey,
      })
      this.#afterwards(liveVideoId, node)
      return created.comment
    })
  }

  #change(liveVideoId: LiveVideoId, patch: Parameters<CommentsDoor['comments']['change']>[2]) {
    return this.#ask(liveVideoId, { kind: 'change' }, async (node) => {
      await node.comments.change(liveVideoId, moderator, patch)
      return null
    })
  }

  /** A request that was waiting for something else goes on in the same turn in which another one is answered. */
  #afterwards(liveVideoId: LiveVideoId, node: CommentsDoor): void {
    const { random } = this.#world
    if (!random.chance(0.1)) return
    const hops = random.integer(0, 8)
    const draft = this.#draft()
    void (async () => {
      for (let hop = 0; hop < hops; hop++) await null
      await this.#settle(this.#enter(node, liveVideoId, draft), async () => {
        const { text, key: idempotencyKey } = draft
        return (await node.comments.create(liveVideoId, actorOf(draft.authorId), { text, idempotencyKey }))
          .comment
      })
    })()
  }

  async #ask(
    liveVideoId: LiveVideoId,
    what: Asked['what'],
    carryOut: (node: CommentsDoor) => Promise<Comment | null>,
  ): Promise<Asked | null> {
    const node = this.#world.commentsDoor()
    if (!node || node.stopping) return null
    const asked = this.#enter(node, liveVideoId, what)
    return new Promise((resolve) => {
      node.process.network.after(this.#world.random.between(0, 5), () => {
        void this.#settle(asked, () => carryOut(node)).then(() => resolve(asked))
      })
      node.process.onEnd(() => {
        resolve(asked)
        this.#tryElsewhere(asked)
      })
    })
  }

  #enter({ process }: CommentsDoor, liveVideoId: LiveVideoId, what: Asked['what']): Asked {
    const asked: Asked = { process, liveVideoId, what, answer: 'none yet' }
    this.ledger.push(asked)
    return asked
  }

  async #settle(asked: Asked, carryOut: () => Promise<Comment | null>): Promise<void> {
    const { problems: found } = this.#world
    found.note(() => `${asked.process.name} is asked for ${JSON.stringify(asked.what).slice(0, 90)}`)
    try {
      asked.answer = { acknowledged: await carryOut() }
    } catch (error) {
      asked.answer = { refused: error instanceof ChorusError ? error.code : String(error) }
      if (!(error instanceof ChorusError)) found.report('CM-1', `refused without a code: ${error}`)
      else if (error.code === 'slow_mode' && (error.retryAfterMs ?? 0) > slowModeMsMax)
        found.report('CK-3', `told to wait ${error.retryAfterMs} ms in slow mode`)
      else if (problems[error.code].retryable) this.#tryElsewhere(asked)
    }
    found.note(() => `${asked.process.name} answered ${JSON.stringify(asked.answer).slice(0, 90)}`)
  }

  /** Whoever has a key may ask again without fear of posting twice. */
  #tryElsewhere({ what, answer, liveVideoId }: Asked): void {
    const { random, clock } = this.#world
    const done = answer !== 'none yet' && 'acknowledged' in answer
    if (done || what.kind !== 'post' || what.key === undefined || !random.chance(0.6)) return
    clock.after(random.between(0, 500), () => void this.#post(liveVideoId, what))
  }
}
