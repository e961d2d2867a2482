import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { notPinned } from '../fanout/machine/cores.ts'
import { type Kind, kinds, kindsOf, type Mix, type PerKind } from './kinds.ts'
import { Load } from './load/load.ts'
import type { Outcome, Seen } from './load/plan.ts'
import type { OverloadOptions } from './options.ts'
import { findFaults } from './report/faults.ts'
import type { Capacity, OverloadResults, Step } from './report/results.ts'
import { type OverloadedServer, startServer } from './server.ts'

/** At once, while it is found out what the server can take. */
const closedAmount = 64
/** Of what the server can take: where nothing waits, and its own time shows. */
const calm = 0.5
/** Less is not felt. */
const deadlineMsMin = 250
/** Long enough to see whether it is itself again within five seconds; of a small run, shorter. */
const secondsAfter = (seconds: number): number => Math.min(6, 2 * seconds)

export interface Bench {
  options: OverloadOptions
  load: Load
  progress: (text: string) => void
  signal: AbortSignal
}

/** One server for each mix, with more and more load; first what it can take of each kind. */
export async function compare(
  options: OverloadOptions,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<OverloadResults> {
  const startedAt = new Date().toISOString()
  await using load = new Load()
  const bench = { options, load, progress, signal }
  const { capacities, restingBytes } = await findCapacities(bench)
  const steps: Step[] = []
  for (const mix of options.mixes) steps.push(...(await overload(bench, mix, capacities)))
  const { seconds: secondsPerStep } = options
  const found = {
    startedAt,
    cores: cpus().length,
    notPinned,
    secondsPerStep,
    restingBytes,
    capacities,
    steps,
  }
  return { ...found, faults: findFaults(steps) }
}

async function findCapacities(bench: Bench): Promise<{ capacities: Capacity[]; restingBytes: number }> {
  const capacities: Capacity[] = []
  let restingBytes = 0
  for (const kind of kinds) {
    if (!bench.options.mixes.some((mix) => kindsOf(mix).includes(kind))) continue
    bench.progress(`what the server can take: ${kind}`)
    await using server = await seededServer(bench)
    if (restingBytes === 0) restingBytes = await rest(server)
    capacities.push(await capacityOf(bench, server, kind))
  }
  return { capacities, restingBytes }
}

async function rest(server: OverloadedServer): Promise<number> {
  const seen = server.watchMemory()
  await sleep(200)
  return seen()
}

/** With a history in each of its live videos, and warm. */
async function seededServer({ load, options, signal }: Bench): Promise<OverloadedServer> {
  signal.throwIfAborted()
  const server = await startServer()
  const plan = { ...server.ground, arrival: 'closed', deadlinesMs: {}, afterSeconds: 0 } as const
  await load.run({ ...plan, seconds: Math.min(2, options.seconds), amounts: { posts: closedAmount } })
  return server
}

async function capacityOf(
  { load, options: { seconds } }: Bench,
  server: OverloadedServer,
  kind: Kind,
): Promise<Capacity> {
  const plan = { ...server.ground, seconds, deadlinesMs: {}, afterSeconds: 0 }
  await load.run({ ...plan, arrival: 'closed', amounts: { [kind]: closedAmount } })
  const full = await load.run({ ...plan, arrival: 'closed', amounts: { [kind]: closedAmount } })
  const perSecond = outcomeOf(full, kind).accepted / seconds
  const half = await load.run({ ...plan, arrival: 'open', amounts: { [kind]: perSecond * calm } })
  const own = outcomeOf(half, kind).acceptedMs?.p99 ?? 0
  return { kind, perSecond, deadlineMs: Math.max(deadlineMsMin, 2 * own) }
}

const outcomeOf = ({ outcomes }: Seen, kind: Kind): Outcome => {
  const outcome = outcomes[kind]
  if (!outcome) throw new Error(`nothing was seen of ${kind}`)
  return outcome
}

async function overload(bench: Bench, mix: Mix, capacities: Capacity[]): Promise<Step[]> {
  await using server = await seededServer(bench)
  const own = capacities.filter(({ kind }) => kindsOf(mix).includes(kind))
  const per = (value: (capacity: Capacity) => number): PerKind<number> =>
    Object.fromEntries(own.map((capacity) => [capacity.kind, value(capacity)]))
  const steps: Step[] = []
  for (const factor of bench.options.factors) {
    bench.signal.throwIfAborted()
    bench.progress(`${mix}, ${factor} × what the server can take`)
    const memory = server.watchMemory()
    const seen = await bench.load.run({
      ...server.ground,
      seconds: bench.options.seconds,
      arrival: 'open',
      // Together they share the core.
      amounts: per(({ perSecond }) => (factor * perSecond) / own.length),
      deadlinesMs: per(({ deadlineMs }) => deadlineMs),
      afterSeconds: secondsAfter(bench.options.seconds),
    })
    steps.push({ mix, factor, ...seen, residentBytes: memory() })
  }
  return steps
}
