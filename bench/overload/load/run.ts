import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { until } from '../../../tools/loadgen/pace.ts'
import { parseTarget, type Target } from '../../../tools/loadgen/wire/target.ts'
import { type Kind, kinds, type PerKind } from '../kinds.ts'
import { answerMsMax, Exchanges } from './exchange.ts'
import { join } from './join.ts'
import type { Outcome, Plan, Seen } from './plan.ts'
import { requestsOf } from './requests.ts'
import { type Ending, Tally } from './tally.ts'

/** Requests of one kind under way: what more come are the load's own limit, and counted as such. */
const underWayMax = 8_000
/** Begun in a row before sockets are read again. */
const rowMax = 100
/** Of each kind a second, once the load is over. */
const probesPerSecond = 10

type Begin = (dueAt: number, onEnding: (ending: Ending, ms: number) => void) => void

/** Puts the load of the plan on the server, and says what became of it. */
export async function runPlan(plan: Plan): Promise<Seen> {
  const target = parseTarget(`http://${plan.host}:${plan.port}`)
  const exchanges = new Exchanges(target)
  const tallies: PerKind<Tally> = {}
  const sources = kinds
    .filter((kind) => plan.amounts[kind] !== undefined)
    .map((kind) => {
      const tally = new Tally(plan.deadlinesMs[kind] ?? Number.POSITIVE_INFINITY)
      tallies[kind] = tally
      return { kind, tally, begin: beginOf(kind, plan, target, exchanges), amount: plan.amounts[kind] ?? 0 }
    })
  const [beganAt, cpu] = [performance.now(), process.cpuUsage()]
  const run = plan.arrival === 'open' ? runOpen : runClosed
  await Promise.all(sources.map((source) => run(source, beganAt + plan.seconds * 1_000)))
  const { user, system } = process.cpuUsage(cpu)
  const loadShare = ((user + system) * 1e-3) / (performance.now() - beganAt)
  const recoveredMs = await probe(plan, target, exchanges)
  await until(() => sources.every(({ tally }) => tally.underWay === 0), answerMsMax + 5_000)
  exchanges.close()
  return { loadShare, outcomes: outcomesOf(tallies), recoveredMs }
}

const outcomesOf = (tallies: PerKind<Tally>): PerKind<Outcome> =>
  Object.fromEntries(Object.entries(tallies).map(([kind, tally]) => [kind, tally.outcome()]))

function beginOf(kind: Kind, plan: Plan, target: Target, exchanges: Exchanges): Begin {
  const next = requestsOf(kind, plan)
  return (dueAt, onEnding) => {
    const end = (ending: Ending) => onEnding(ending, performance.now() - dueAt)
    if (kind === 'joins') join(target, next(), end)
    else exchanges.begin(next(), end)
  }
}

interface Source {
  tally: Tally
  begin: Begin
  amount: number
}

/** Arrivals at random moments, so many a second on average, whatever becomes of them (a Poisson process). */
async function runOpen({ tally, begin, amount }: Source, endAt: number): Promise<void> {
  let dueAt = performance.now()
  for (let count = 1; ; count++) {
    dueAt -= (Math.log(1 - Math.random()) * 1_000) / amount
    if (dueAt >= endAt) return
    const waitMs = dueAt - performance.now()
    if (waitMs >= 1) await sleep(waitMs)
    else if (count % rowMax === 0) await setImmediate()
    // Behind its own pace at the end, or with its hands full, the load has offered less than it was to.
    if (performance.now() >= endAt || tally.underWay >= underWayMax) tally.leftOut()
    else {
      tally.begun(performance.now() - dueAt)
      begin(dueAt, (ending, ms) => tally.ended(ending, ms))
    }
  }
}

/** So many at once, each again as soon as it has ended. */
async function runClosed({ tally, begin, amount }: Source, endAt: number): Promise<void> {
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const next = () => {
        if (performance.now() >= endAt) return resolve()
        tally.begun(0)
        begin(performance.now(), (ending, ms) => {
          tally.ended(ending, ms)
          // Not within the last one's call: a refusal may come at once.
          globalThis.setImmediate(next)
        })
      }
      next()
    })
  await Promise.all(Array.from({ length: amount }, one))
}

/** A few requests of each kind: how long it takes until all of them are served in time. */
async function probe(plan: Plan, target: Target, exchanges: Exchanges): Promise<number | null> {
  const beganAt = performance.now()
  let badAt: number | null = null
  const pending = new Set<number>()
  const sources = kinds
    .filter((kind) => plan.deadlinesMs[kind] !== undefined && plan.afterSeconds > 0)
    .map((kind) => ({ kind, begin: beginOf(kind, plan, target, exchanges) }))
  const count = Math.round(plan.afterSeconds * probesPerSecond)
  for (let at = 0; at < count && sources.length > 0; at++) {
    for (const { kind, begin } of sources) {
      const dueAt = performance.now()
      pending.add(dueAt)
      begin(dueAt, (ending, ms) => {
        pending.delete(dueAt)
        const isGood = ending.kind === 'accepted' && ms <= (plan.deadlinesMs[kind] ?? 0)
        if (!isGood) badAt = Math.max(badAt ?? 0, dueAt)
      })
    }
    await sleep(1_000 / probesPerSecond)
  }
  const endedAt = performance.now()
  await until(() => pending.size === 0, answerMsMax)
  if (badAt === null) return 0
  // Bad to the end: nobody knows when it will be good.
  return endedAt - badAt < 2_000 / probesPerSecond ? null : badAt - beganAt + 1_000 / probesPerSecond
}
