/** What choosing needs to know of an event. */
export interface Candidate {
  seq: number
  /** Milliseconds since 1970. */
  at: number
  authorId: string
  isComment: boolean
  /** Shown at every rate: a moderator's or the host's. */
  always: boolean
}

/** How many comments may be shown, in thousandths (whole numbers for every tier), and when that was reckoned. */
export interface Budget {
  readonly thousandths: number
  /** Milliseconds since 1970, of the newest event. */
  readonly at: number
}

/** The comments of one second, and at least one. */
const budgetMax = (rate: number): number => Math.max(1, rate) * 1_000

/** Nodes' clocks differ by less: an event that is older than the newest by more comes from a clock that was set back. */
const clockErrorMaxMs = 1_000

/** The first event finds this budget full. */
export const newBudget: Budget = Object.freeze({ thousandths: 0, at: Number.NEGATIVE_INFINITY })

/** The budget at `at`: `rate` comments more for each second since, never fewer. */
export function grown(budget: Budget, rate: number, at: number): Budget {
  const passedMs = at - budget.at
  if (passedMs < -clockErrorMaxMs) return { ...budget, at }
  if (passedMs <= 0) return budget
  return { thousandths: Math.min(budgetMax(rate), budget.thousandths + passedMs * rate), at }
}

/**
 * The comments in the order in which to show them: each author's first before any author's second; then by the author shown
 * least recently; then by the author who wrote least; among equals, scattered over the row.
 * @param shown the sequence number at which an author was last shown
 */
export function byFairness<One extends Pick<Candidate, 'seq' | 'authorId'>>(
  comments: readonly One[],
  shown: ReadonlyMap<string, number>,
): One[] {
  const counts = new Map<string, number>()
  const ranked = comments.toSorted(bySpread).map((comment) => {
    const turn = counts.get(comment.authorId) ?? 0
    counts.set(comment.authorId, turn + 1)
    return { comment, turn, lastSeq: shown.get(comment.authorId) ?? 0 }
  })
  const countOf = ({ comment }: { comment: One }) => counts.get(comment.authorId) ?? 0
  ranked.sort((a, b) => a.turn - b.turn || a.lastSeq - b.lastSeq || countOf(a) - countOf(b))
  return ranked.map(({ comment }) => comment)
}

/**
 * Multiplying by the golden ratio (Knuth, The Art of Computer Programming, 6.4) scatters numbers in a row so that the
 * lowest few of them lie evenly over the row, however long it is.
 */
const spread = (seq: number): number => Math.imul(seq, 0x9e3779b9) >>> 0
const bySpread = (a: { seq: number }, b: { seq: number }): number => spread(a.seq) - spread(b.seq)

const authorsMax = 1_000

/**
 * Chooses for one tier of one live video which comments its viewers see: `rate` per second at most, by the events' own
 * time, and fairly among the authors: an author who floods the chat crowds out no other. The same events give the same choice.
 */
export class Sampler {
  readonly #rate: number
  #budget = newBudget
  /** The authors shown last, the longest ago first. */
  readonly #shown = new Map<string, number>()

  /** @param rate comments per second */
  constructor(rate: number) {
    this.#rate = rate
  }

  /** How many authors it remembers; never more than a thousand. */
  get authorsRemembered(): number {
    return this.#shown.size
  }

  /**
   * Chooses among the events since the last call, in the order of the log, and returns the sequence numbers to show. Only
   * comments that need not always be shown use the budget.
   */
  choose(entries: readonly Candidate[]): ReadonlySet<number> {
    const comments = entries.filter(isSampled)
    const chosen = new Set(this.#take(comments).map(({ seq }) => seq))
    for (const { seq, authorId } of comments) if (chosen.has(seq)) this.#remember(authorId, seq)
    const passing = entries.filter((entry) => !isSampled(entry) || chosen.has(entry.seq))
    return new Set(passing.map(({ seq }) => seq))
  }

  #take(comments: readonly Candidate[]): readonly Candidate[] {
    if (comments.length === 0) return comments
    const newestAt = comments.reduce((newest, { at }) => Math.max(newest, at), Number.NEGATIVE_INFINITY)
    const budget = grown(this.#budget, this.#rate, newestAt)
    const count = Math.min(comments.length, Math.max(0, Math.floor(budget.thousandths / 1_000)))
    this.#budget = budget
    this.#spend(count)
    return count === comments.length ? comments : byFairness(comments, this.#shown).slice(0, count)
  }

  /** Returns the budget of chosen comments that are not shown after all. */
  giveBack(entries: readonly Candidate[]): void {
    this.#spend(-entries.filter(isSampled).length)
  }

  /** Charges a comment that is shown although the budget has no room for it. */
  owe({ seq, authorId }: Candidate): void {
    this.#spend(1)
    this.#remember(authorId, seq)
  }

  #spend(comments: number): void {
    this.#budget = { ...this.#budget, thousandths: this.#budget.thousandths - comments * 1_000 }
  }

  #remember(authorId: string, seq: number): void {
    this.#shown.delete(authorId)
    this.#shown.set(authorId, seq)
    const [longestAgo] = this.#shown.keys()
    if (longestAgo !== undefined && this.#shown.size > authorsMax) this.#shown.delete(longestAgo)
  }
}

const isSampled = ({ isComment, always }: Candidate): boolean => isComment && !always
