import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tiers } from './rate.ts'
import { byFairness, type Candidate, grown, newBudget, Sampler } from './sampling.ts'

const comment = (seq: number, authorId: string, at = 0): Candidate => ({
  seq,
  at,
  authorId,
  isComment: true,
  always: false,
})

/** Runs of events with time between them; clocks of nodes that differ by a little. */
const runs = fc
  .array(
    fc.array(
      fc.record({
        afterMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat({ max: 800 })),
        clockErrorMs: fc.integer({ min: -300, max: 300 }),
        authorId: fc.constantFrom('ann', 'bob', 'cy', 'flo', 'flo', 'flo'),
        isComment: fc.constantFrom(true, true, true, false),
        always: fc.constantFrom(false, false, false, true),
      }),
      { maxLength: 30 },
    ),
    { maxLength: 20 },
  )
  .map(logOf)

function logOf(
  made: { afterMs: number; clockErrorMs: number; authorId: string; isComment: boolean; always: boolean }[][],
): Candidate[][] {
  let [seq, at] = [0, 1_700_000_000_000]
  return made.map((run) =>
    run.map(({ afterMs, clockErrorMs, ...rest }) => {
      at += afterMs
      return { ...rest, seq: ++seq, at: at + clockErrorMs }
    }),
  )
}

const rate = fc.constantFrom(...tiers)
const usesBudget = ({ isComment, always }: Candidate) => isComment && !always

test('RT-20: over any time no more comments are shown than the rate allows', () => {
  fc.assert(
    fc.property(rate, runs, (rate, runs) => {
      const sampler = new Sampler(rate)
      let newestAt = Number.NEGATIVE_INFINITY
      const shown = runs.map((run) => {
        const chosen = sampler.choose(run)
        // Only what uses the budget moves the sampler's time on.
        const comments = run.filter(usesBudget)
        const fromAt = newestAt
        newestAt = Math.max(newestAt, ...comments.map(({ at }) => at))
        return { fromAt, newestAt, count: comments.filter(({ seq }) => chosen.has(seq)).length }
      })
      for (let from = 0; from < shown.length; from++) {
        let count = 0
        for (const one of shown.slice(from)) {
          count += one.count
          const passedMs = one.newestAt - (shown[from]?.fromAt ?? 0)
          // In thousandths, which are exact: 50 * 4.02 is less than 201.
          if (count > 0)
            expect(count * 1_000).toBeLessThanOrEqual(Math.max(1, rate) * 1_000 + rate * passedMs)
        }
      }
    }),
  )
})

test('RT-20: what is no comment, and what is always shown, is shown; the log keeps its order', () => {
  fc.assert(
    fc.property(rate, runs, (rate, runs) => {
      const sampler = new Sampler(rate)
      for (const run of runs) {
        const chosen = sampler.choose(run)
        for (const one of run) if (!usesBudget(one)) expect(chosen).toContain(one.seq)
        expect([...chosen]).toEqual(run.map(({ seq }) => seq).filter((seq) => chosen.has(seq)))
      }
    }),
  )
})

test('RT-20: the same events, the same choice', () => {
  fc.assert(
    fc.property(rate, runs, (rate, runs) => {
      const [one, other] = [new Sampler(rate), new Sampler(rate)]
      for (const run of runs) expect(one.choose(run)).toEqual(other.choose(run))
    }),
  )
})

test('RT-20: nothing is left out that the budget allows', () => {
  fc.assert(
    fc.property(rate, runs, (rate, runs) => {
      const sampler = new Sampler(rate)
      let budget = newBudget
      for (const run of runs) {
        const comments = run.filter(usesBudget)
        const chosen = sampler.choose(run)
        if (comments.length === 0) continue
        budget = grown(budget, rate, Math.max(...comments.map(({ at }) => at)))
        const count = comments.filter(({ seq }) => chosen.has(seq)).length
        expect(count).toBe(Math.min(comments.length, Math.floor(budget.thousandths / 1_000)))
        budget = { ...budget, thousandths: budget.thousandths - count * 1_000 }
      }
    }),
  )
})

test('RT-20: who writes one comment among a flooder’s hundred is shown first', () => {
  fc.assert(
    fc.property(fc.nat({ max: 99 }), fc.nat({ max: 99 }), (annAt, bobAt) => {
      const run = Array.from({ length: 100 }, (_, index) => comment(index + 1, 'flo'))
      run[annAt] = comment(annAt + 1, 'ann')
      run[bobAt] = comment(bobAt + 1, 'bob')
      const chosen = new Sampler(2).choose(run)
      if (annAt !== bobAt) expect(chosen).toContain(annAt + 1)
      expect(chosen).toContain(bobAt + 1)
      expect(chosen.size).toBe(2)
    }),
  )
})

test('RT-20: authors take turns, whoever writes more', () => {
  const sampler = new Sampler(1)
  const authors = ['flo', 'ann', 'flo', 'bob', 'flo', 'cy', 'flo']
  const shown = Array.from({ length: 12 }, (_, second) => {
    const run = authors.map((authorId, index) => comment(second * 10 + index + 1, authorId, second * 1_000))
    const chosen = sampler.choose(run)
    return run.find(({ seq }) => chosen.has(seq))?.authorId
  })
  for (let from = 0; from < 12; from += 4)
    expect(shown.slice(from, from + 4).sort()).toEqual(['ann', 'bob', 'cy', 'flo'])
})

test('RT-20: among equals the sample lies evenly over the time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (start) => {
      const run = Array.from({ length: 200 }, (_, index) => comment(start + index, `author ${index}`))
      const taken = byFairness(run, new Map()).slice(0, 20)
      const seqs = [start - 1, ...taken.map(({ seq }) => seq).sort((a, b) => a - b), start + 200]
      const steps = seqs.slice(1).map((seq, index) => seq - (seqs[index] ?? 0))
      // Ten apart, were they perfectly even.
      expect(Math.max(...steps)).toBeLessThan(30)
    }),
  )
})

test('RT-20: a clock that was ahead by hours and is set right costs nobody their comments', () => {
  const sampler = new Sampler(1)
  sampler.choose([comment(1, 'ann', 3_600_000)])
  sampler.choose([comment(2, 'bob', 1_000)])
  expect([...sampler.choose([comment(3, 'cy', 3_000)])]).toEqual([3])
})

test('RT-20: the authors remembered are bounded', () => {
  const sampler = new Sampler(50)
  let seq = 0
  for (let second = 0; second < 40; second++)
    sampler.choose(Array.from({ length: 50 }, () => comment(++seq, `author ${seq}`, second * 1_000)))
  expect(seq).toBe(2_000)
  expect(sampler.authorsRemembered).toBe(1_000)
})
