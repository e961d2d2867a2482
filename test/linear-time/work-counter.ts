import { type Profiler, Session } from 'node:inspector'

/** A piece of work, and the files of `src/` of which it ran a function. */
export interface Work {
  steps: number
  files: Set<string>
}

/**
 * Counts what a function of ours does, whatever the time it takes: each run of a block of code in `src/` (V8's precise
 * coverage counts them), and for each call of a built-in function that goes through a text or a list, how long that is.
 * Regular expressions count once for what they read; that they read it once is another test's to show.
 */
export class WorkCounter implements Disposable {
  readonly #session = new Session()

  constructor() {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  async count(run: () => unknown): Promise<Work> {
    this.#take()
    const meter = { steps: 0 }
    const restore = countBuiltIns(meter)
    try {
      await run()
    } catch {
      // A refusal is as good an end as any.
    } finally {
      restore()
    }
    const { steps } = meter
    const scripts = this.#take().filter(({ url }) => url.includes('/src/'))
    return {
      steps:
        steps + scripts.flatMap(({ functions }) => functions).reduce((sum, each) => sum + runsOf(each), 0),
      files: new Set(scripts.filter(hasRun).map(({ url }) => url.slice(url.indexOf('/src/') + 5))),
    }
  }

  [Symbol.dispose](): void {
    this.#session.disconnect()
  }

  #take(): Profiler.ScriptCoverage[] {
    let taken: Profiler.ScriptCoverage[] = []
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error
      taken = result
    })
    return taken
  }
}

const runsOf = ({ ranges }: Profiler.FunctionCoverage): number =>
  ranges.reduce((sum, { count }) => sum + count, 0)

/** Whether more ran than the module's own lines. */
const hasRun = ({ functions }: Profiler.ScriptCoverage): boolean =>
  functions.some((each) => each.functionName !== '' && (each.ranges[0]?.count ?? 0) > 0)

type Built = Record<string, (...args: unknown[]) => unknown>
type Cost = (self: { length: number }, args: unknown[], result: unknown) => number

const whole: Cost = ({ length }) => length
const found: Cost = ({ length }, [, from], at) =>
  (typeof at === 'number' && at >= 0 ? at : length) - (typeof from === 'number' ? from : 0)
const argument: Cost = (_, [text]) => (text as { length?: number } | undefined)?.length ?? 0
/** V8 makes a view of it. */
const view: Cost = () => 1

const texts: Record<string, Cost> = {
  ...Object.fromEntries(
    [
      'split',
      'trim',
      'trimStart',
      'trimEnd',
      'toLowerCase',
      'toUpperCase',
      'replace',
      'replaceAll',
      'normalize',
      'isWellFormed',
      'includes',
    ].map((name) => [name, whole]),
  ),
  indexOf: found,
  slice: view,
  substring: view,
  startsWith: argument,
  endsWith: argument,
}
const lists: Record<string, Cost> = Object.fromEntries(
  [
    'includes',
    'indexOf',
    'find',
    'findLast',
    'findIndex',
    'filter',
    'map',
    'flatMap',
    'some',
    'every',
    'reduce',
    'join',
    'concat',
    'slice',
    'reverse',
    'splice',
    'shift',
    'unshift',
    'forEach',
  ].map((name) => [name, whole]),
)

/** @returns how to have them uncounted again */
function countBuiltIns(meter: { steps: number }): () => void {
  const undo = new DisposableStack()
  const wrap = (owner: object, name: string, cost: Cost) => {
    const built = owner as Built
    const original = built[name]
    if (!original) throw new Error(`there is no ${name} to count`)
    built[name] = function (this: { length: number }, ...args) {
      const result = original.apply(this, args)
      meter.steps += 1 + Math.max(0, cost(this, args, result))
      return result
    }
    undo.defer(() => {
      built[name] = original
    })
  }
  for (const [name, cost] of Object.entries(texts)) wrap(String.prototype, name, cost)
  for (const [name, cost] of Object.entries(lists)) wrap(Array.prototype, name, cost)
  wrap(JSON, 'parse', argument)
  undo.defer(countMatching(meter))
  return () => undo.dispose()
}

/** What a regular expression has read: from where it began to where it matched, or to the end. The others call `exec`. */
function countMatching(meter: { steps: number }): () => void {
  const { exec } = RegExp.prototype
  RegExp.prototype.exec = function (text) {
    const from = this.global || this.sticky ? this.lastIndex : 0
    const match = exec.call(this, text)
    if (match) meter.steps += 1 + match.index + match[0].length - from
    else meter.steps += 1 + (this.sticky ? 0 : text.length - from)
    return match
  }
  return () => {
    RegExp.prototype.exec = exec
  }
}
