import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printResults, runProgram, showProgress, untilStopped } from '../program.ts'
import { compare } from './compare.ts'
import { parseOptions, type RoutingOptions } from './options.ts'
import { toChart } from './report/chart.ts'
import { toMarkdown } from './report/markdown.ts'
import { publish } from './report/publish.ts'
import type { RoutingResults } from './report/results.ts'
import { toTerminal } from './report/terminal.ts'

const page = new URL('../../docs/routing.md', import.meta.url)

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args)
  const results = await untilStopped((signal) => compare(options, showProgress, signal))
  write(results, options)
  printResults(toTerminal(results), results.faults)
}

function write(results: RoutingResults, { output, publish: published }: RoutingOptions): void {
  const markdown = toMarkdown(results)
  mkdirSync(output, { recursive: true })
  writeFileSync(join(output, 'routing.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(output, 'routing.md'), markdown)
  writeFileSync(join(output, 'routing.svg'), toChart(results))
  if (published) writeFileSync(page, publish(readFileSync(page, 'utf8'), markdown))
}

await runProgram('bench:routing', main)
