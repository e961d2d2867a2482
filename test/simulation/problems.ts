import type { VirtualClock } from './virtual-clock.ts'

const problemsMax = 20
const traceMax = 4_000

/** What was found wrong in one simulated world, and, when asked for, what happened in it. */
export class Problems {
  readonly found: string[] = []
  readonly trace: string[] | null
  clock: Pick<VirtualClock, 'elapsed'> = { elapsed: () => 0 }

  constructor(tracing: boolean) {
    this.trace = tracing ? [] : null
  }

  /** `rule` is the one of SPEC.md that is broken. */
  report(rule: string, what: string): void {
    this.note(() => `!!! ${rule}: ${what}`)
    if (this.found.length < problemsMax) this.found.push(`${rule}: ${what}`)
  }

  /** Costs nothing unless the world is traced. */
  note(line: () => string): void {
    if (!this.trace) return
    this.trace.push(`${this.clock.elapsed().toFixed(1).padStart(9)} ${line()}`)
    if (this.trace.length > traceMax) this.trace.shift()
  }
}
