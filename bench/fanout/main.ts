import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printResults, runProgram, showProgress, untilStopped } from '../program.ts'
import { compare } from './compare.ts'
import { Missing } from './machine/missing.ts'
import { parseOptions } from './options.ts'
import { toChart } from './report/chart.ts'
import { toMarkdown } from './report/markdown.ts'
import type { FanOutResults } from './report/results.ts'
import { toTerminal } from './report/terminal.ts'

const published = 'bench/results'

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args)
  const results = await untilStopped((signal) => compare(options, showProgress, signal))
  const folders = [options.output, options.publish ? published : null].filter((folder) => folder !== null)
  for (const folder of folders) write(results, folder)
  printResults(toTerminal(results), results.faults)
}

function write(results: FanOutResults, folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'fanout.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(folder, 'fanout.md'), toMarkdown(results))
  writeFileSync(join(folder, 'fanout.svg'), toChart(results))
}

await runProgram('bench:fanout', main, (error) => error instanceof Missing)
