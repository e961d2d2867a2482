import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { compare } from './compare.ts'
import { parseOptions } from './options.ts'
import { toChart } from './report/chart.ts'
import { toMarkdown } from './report/markdown.ts'
import type { OverloadResults } from './report/results.ts'
import { toTerminal } from './report/terminal.ts'

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args)
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  const results = await compare(options, showProgress, abort.signal).catch((error) => {
    throw abort.signal.aborted ? new Error('stopped before the end: nothing is written') : error
  })
  write(results, options.output)
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  process.stdout.write(`\n${toTerminal(results)}`)
  process.exitCode = results.faults.length > 0 ? 1 : 0
}

function write(results: OverloadResults, folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'overload.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(folder, 'overload.md'), toMarkdown(results))
  writeFileSync(join(folder, 'overload.svg'), toChart(results))
}

/** On a terminal each line takes the place of the last one. */
const showProgress = (text: string): void =>
  void process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`)

try {
  await main(process.argv.slice(2))
} catch (error) {
  const asked = error instanceof CommanderError
  // Commander has said what is wrong by then.
  if (!asked) process.stderr.write(`bench:overload: ${(error as Error).message}\n`)
  process.exitCode = asked ? (error.exitCode === 0 ? 0 : 2) : 1
}
