import { Command, InvalidArgumentError, Option } from 'commander'
import { type Mix, mixes } from './kinds.ts'

export interface OverloadOptions {
  mixes: Mix[]
  /** Times what the server can take. */
  factors: number[]
  /** How long each load lasts. */
  seconds: number
  /** A folder. */
  output: string
}

/** Reads the command line. @throws CommanderError when it is wrong, which it has said by then, or asked for help */
export function parseOptions(args: string[]): OverloadOptions {
  return new Command('npm run bench:overload --')
    .description('Ask one server on one core for more than it can do, and see what becomes of it')
    .addOption(option('--mixes <list>', 'which, with commas between them', parseMixes, [...mixes]))
    .addOption(option('--factors <list>', 'times what it can take', parseFactors, [0.5, 1, 1.5, 2, 3]))
    .addOption(option('--seconds <count>', 'how long each load lasts', parseSeconds, 4))
    .option('--output <folder>', 'where the results go', 'bench/results')
    .exitOverride()
    .parse(args, { from: 'user' })
    .opts<OverloadOptions>()
}

const option = <Value>(flags: string, what: string, parse: (text: string) => Value, preset: Value): Option =>
  new Option(flags, what).argParser(parse).default(preset, String(preset))

function parseMixes(text: string): Mix[] {
  const named = text.split(',').map((name) => name.trim())
  const unknown = named.find((name) => !(mixes as readonly string[]).includes(name))
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no ${JSON.stringify(unknown)}: take of ${mixes.join(', ')}.`)
  return mixes.filter((name) => named.includes(name))
}

const numberIn = (min: number, max: number, text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new InvalidArgumentError(`It takes numbers from ${min} to ${max}.`)
  return value
}
const parseFactors = (text: string): number[] =>
  text
    .split(',')
    .map((part) => numberIn(0.01, 10, part))
    .sort((one, other) => one - other)
const parseSeconds = (text: string): number => numberIn(0.2, 60, text)
