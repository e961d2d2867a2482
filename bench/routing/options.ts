import { Command, InvalidArgumentError, Option } from 'commander'
import { type ModeName, modeNames } from './modes.ts'

export interface RoutingOptions {
  modes: ModeName[]
  /** How long the steady stretch is; the others go with it. */
  seconds: number
  viewers: number
  /** Comments a second. */
  rate: number
  /** A folder. */
  output: string
  publish: boolean
}

/** Reads the command line. @throws CommanderError when it is wrong, which it has said by then, or asked for help */
export function parseOptions(args: string[]): RoutingOptions {
  return new Command('npm run bench:routing --')
    .description('Carry the same comments to the same viewers in every way there is, and compare')
    .addOption(option('--modes <list>', 'which, with commas between them', parseModes, modeNames))
    .addOption(option('--seconds <count>', 'length of the steady stretch', whole(1, 600), 10))
    .addOption(option('--viewers <count>', 'who watch at the same time', whole(20, 10_000), 2_000))
    .addOption(option('--rate <count>', 'comments a second', whole(1, 1_000), 100))
    .option('--output <folder>', 'where the results go', 'bench/results')
    .option('--publish', 'put the table into docs/routing.md, too', false)
    .exitOverride()
    .parse(args, { from: 'user' })
    .opts<RoutingOptions>()
}

const option = <Value>(flags: string, what: string, parse: (text: string) => Value, preset: Value): Option =>
  new Option(flags, what).argParser(parse).default(preset, String(preset))

function parseModes(text: string): ModeName[] {
  const named = text.split(',').map((name) => name.trim())
  const unknown = named.find((name) => !(modeNames as string[]).includes(name))
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no ${JSON.stringify(unknown)}: take of ${modeNames.join(', ')}.`)
  return modeNames.filter((name) => named.includes(name))
}

const whole = (min: number, max: number) => (text: string) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`)
  return value
}
