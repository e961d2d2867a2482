import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommanderError } from 'commander'
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
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  const results = await compare(options, showProgress, abort.signal).catch((error) => {
    throw abort.signal.aborted ? new Error('stopped before the end: nothing is written') : error
  })
  const folders = [options.output, options.publish ? published : null].filter((folder) => folder !== null)
  for (const folder of folders) write(results, folder)
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  process.stdout.write(`\n${toTerminal(results)}`)
  process.exitCode = results.faults.length > 0 ? 1 : 0
}

function write(results: FanOutResults, folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'fanout.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(folder, 'fanout.md'), toMarkdown(results))
  writeFileSync(join(folder, 'fanout.svg'), toChart(results))
}

/** On a terminal each line takes the place of the last one. */
const showProgress = (text: string): void =>
  void process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`)

/** Bad arguments, or something to be installed first; not a run that went wrong. */
const isAsked = (error: unknown): boolean => error instanceof CommanderError || error instanceof Missing

try {
  await main(process.argv.slice(2))
} catch (error) {
  // Commander has said what is wrong by then.
  if (!(error instanceof CommanderError)) process.stderr.write(`bench:fanout: ${(error as Error).message}\n`)
  const helped = error instanceof CommanderError && error.exitCode === 0
  process.exitCode = helped ? 0 : isAsked(error) ? 2 : 1
}
