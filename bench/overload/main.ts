import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printResults, runProgram, showProgress, untilStopped } from '../program.ts'
import { compare } from './compare.ts'
import { parseOptions } from './options.ts'
import { toChart } from './report/chart.ts'
import { toMarkdown } from './report/markdown.ts'
import type { OverloadResults } from './report/results.ts'
import { toTerminal } from './report/terminal.ts'

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args)
  const results = await untilStopped((signal) => compare(options, showProgress, signal))
  write(results, options.output)
  printResults(toTerminal(results), results.faults)
}

function write(results: OverloadResults, folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'overload.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(folder, 'overload.md'), toMarkdown(results))
  writeFileSync(join(folder, 'overload.svg'), toChart(results))
}

await runProgram('bench:overload', main)
