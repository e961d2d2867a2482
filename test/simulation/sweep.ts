import { Figures } from './figures.ts'
import type { Focus } from './focus.ts'
import { type Result, simulate } from './simulation.ts'

/** Lives through `count` worlds. @throws Error that tells of the first one in which something was wrong */
export async function sweep(focus: Focus, firstSeed: number, count: number): Promise<Figures> {
  const figures = new Figures()
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const result = await simulate(seed, focus)
    if (result.problems.length > 0) throw new Error(explain(await simulate(seed, focus, { tracing: true })))
    for (const [name, value] of Object.entries(result.figures)) figures.count(name, value)
  }
  figures.count('worlds', count)
  return figures
}

const linesBefore = 40
const lineMax = 160

/** What was wrong in a traced world, how to see all of it, and what led there. */
export function explain({ plan, problems, trace }: Result): string {
  const end = trace.findIndex((line) => line.includes('!!!'))
  const culprit = /(viewer|node)\d+/.exec(problems[0] ?? '')?.[0]
  const told = trace.slice(0, end + 1).filter((line) => concerns(line, culprit))
  return [
    `the world ${plan.focus}:${plan.seed} went wrong (see all of it with CHORUS_SIM_ONLY=${plan.focus}:${plan.seed})`,
    ...problems,
    JSON.stringify(plan),
    ...told.slice(-linesBefore).map((line) => line.slice(0, lineMax)),
  ].join('\n')
}

/** Lines of other viewers only tell what this one should have got as well. */
function concerns(line: string, culprit: string | undefined): boolean {
  const viewer = / (viewer\d+) /.exec(line)?.[1]
  return viewer === undefined || !culprit?.startsWith('viewer') || viewer === culprit
}
