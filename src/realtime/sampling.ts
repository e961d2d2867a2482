/** An event of the log, as far as choosing goes. */
export interface Candidate {
  seq: number
  /** Milliseconds since 1970. */
  at: number
  authorId: string
  isComment: boolean
  /** Shown at every rate: a moderator's, a host's. */
  always: boolean
}

/** How many comments may be shown, in thousandths, which are whole numbers for every tier; and as of when. */
export interface Budget {
  readonly thousandths: number
  /** Milliseconds since 1970, of the newest event. */
  readonly at: number
}

/** As much as a second gives, and one comment at least. */
const budgetMax = (rate: number): number => Math.max(1, rate) * 1_000

/** Nodes' clocks differ by less; an event that is older than this by the newest is told by a clock set right. */
const clockErrorMaxMs = 1_000

/** Before the first event: it finds the budget full. */
export const newBudget: Budget = Object.freeze({ thousandths: 0, at: Number.NEGATIVE_INFINITY })

/** The budget once events until `at` are there: `rate` comments richer per second, never poorer. */
export function grown(budget: Budget, rate: number, at: number): Budget {
  const passedMs = at - budget.at
  if (passedMs < -clockErrorMaxMs) return { ...budget, at }
  if (passedMs <= 0) return budget
  return { thousandths: Math.min(budgetMax(rate), budget.thousandths + passedMs * rate), at }
}

/**
 * The comments in the order in which they deserve to be shown: each author's first before anybody's second; of the
 * authors, who was shown least recently, and of those, who wrote least; and among equals some from everywhere.
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
 * time, and fairly among the authors. Who floods the chat crowds out nobody. The same events, the same choice.
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
   * The sequence numbers of what is to be shown of the events since the last call, in the order of the log. What is no
   * comment, and what is always shown, uses nothing of the budget.
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

  /** These of what was chosen are not shown after all. */
  giveBack(entries: readonly Candidate[]): void {
    this.#spend(-entries.filter(isSampled).length)
  }

  /** It is shown although the budget has no room for it: what comes next has the less. */
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
