import { writeFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { drawReport } from '../../tools/simulator/chart/draw-report.ts'
import { formatReport, type Ink } from '../../tools/simulator/print/format-report.ts'
import {
  runSimulation,
  type SimulationOptions,
  SimulationOptionsError,
  simulationOptions,
} from '../../tools/simulator/simulate.ts'
import { ConfigError } from '../config/errors.ts'
import { print } from './print.ts'

interface Output {
  json: boolean
  output?: string
}

/** `chorus simulate`: thousands of nodes and millions of viewers on one core; exit code 1 when a target is not met. */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('Simulate a cluster of any size in every mode: what its nodes receive, carry and move')
    .option('--json', 'print the result as JSON', false)
    .option('--output <file>', 'draw the result in a file, too (SVG)')
  for (const { name, fallback, description } of simulationOptions) {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <number>`
    const option = new Option(flag, `${description} (${Number(fallback).toLocaleString('en')})`)
    option.attributeName = () => name
    command.addOption(option)
  }
  return command.addHelpText('after', examples).action(run)
}

const examples = `
Examples:
  $ chorus simulate                                      a thousand nodes, a hundred million viewers; about a minute
  $ chorus simulate --output simulation.svg              and a picture of it
  $ chorus simulate --nodes 20 --videos 10000 --viewers 400000 --mega 50000 --spread-above 5000`

function run({ json, output, ...options }: Output & SimulationOptions): void {
  const report = simulate(options)
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  if (output) writeFileSync(output, drawReport(report))
  print(json ? `${JSON.stringify(report, null, 2)}\n` : `${formatReport(report, paint)}\n`)
  process.exitCode = report.ok ? 0 : 1
}

/** @throws ConfigError when the options cannot be used */
function simulate(options: SimulationOptions) {
  try {
    return runSimulation(options, progressOn(process.stderr))
  } catch (error) {
    throw error instanceof SimulationOptionsError ? new ConfigError(error.message) : error
  }
}

const inks = { strong: 'bold', quiet: 'dim', accent: 'yellow', good: 'green', bad: 'red' } as const

/** No colours where nobody sees them, or where they are not wanted (NO_COLOR). */
const paint = (ink: Ink, text: string): string => styleText(inks[ink], text, { stream: process.stdout })

/** On a terminal each text takes the place of the last one; elsewhere nobody waits and watches. */
function progressOn(stream: NodeJS.WriteStream): (text: string) => void {
  let last = ''
  return (text) => {
    if (stream.isTTY && text !== last) stream.write(`\r\u001b[K${text}`)
    last = text
  }
}
