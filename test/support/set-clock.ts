import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from './temp-folder.ts'

/** Loaded before a program: its clock is off by as many milliseconds as the file says, in every thread. */
const preload = `
import { readFileSync } from 'node:fs'
const { now } = Date
const [file, lookMs] = [process.env.TEST_CLOCK, 20]
let [shift, lookedAt] = [0, Number.NEGATIVE_INFINITY]
const shifted = () => {
  if (performance.now() - lookedAt > lookMs) {
    lookedAt = performance.now()
    shift = Number(readFileSync(file, 'utf8'))
  }
  return now() + shift
}
globalThis.Date = class extends Date {
  constructor(...values) {
    super(...(values.length ? values : [shifted()]))
  }
  static now() {
    return shifted()
  }
}
`

/** The clock of programs that are started with these settings, for a test to set. */
export function settableClock() {
  const folder = tempFolder()
  const [file, program] = [join(folder.path, 'shift'), join(folder.path, 'clock.mjs')]
  writeFileSync(program, preload)
  writeFileSync(file, '0')
  return {
    settings: { TEST_CLOCK: file, NODE_OPTIONS: `--import=${program}` },
    set: (byMs: number) => writeFileSync(file, String(Number(readFileSync(file, 'utf8')) + byMs)),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}
