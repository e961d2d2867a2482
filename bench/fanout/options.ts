import { Command, InvalidArgumentError, Option } from 'commander'
import { rowNumbers } from './rows.ts'
import { type PeerName, peerNames } from './servers/servers.ts'

export interface FanOutOptions {
  only: number[]
  peers: PeerName[]
  /** Viewers and durations are multiplied by it. */
  scale: number
  publish: boolean
  /** A folder; null: the terminal is enough. */
  output: string | null
}

/** Reads the command line. @throws CommanderError when it is wrong, which it has said by then, or asked for help */
export function parseOptions(args: string[]): FanOutOptions {
  return new Command('npm run bench:fanout --')
    .description('Fan the same comments out with Chorus and with what a user would pick instead, and compare')
    .addOption(option('--only <list>', 'which rows, with commas between them', parseRows, rowNumbers))
    .addOption(
      option('--peers <list>', 'which servers, with commas between them', parsePeers, [...peerNames]),
    )
    .addOption(option('--scale <factor>', 'of viewers and durations', parseScale, 1))
    .option('--publish', 'write table, chart and figures to bench/results', false)
    .addOption(new Option('--output <folder>', 'write them there').default(null, 'nowhere'))
    .exitOverride()
    .parse(args, { from: 'user' })
    .opts<FanOutOptions>()
}

const option = <Value>(flags: string, what: string, parse: (text: string) => Value, preset: Value): Option =>
  new Option(flags, what).argParser(parse).default(preset, String(preset))

const named = (text: string): string[] => text.split(',').map((name) => name.trim())

/** Those of all that are named, in the order of all. */
function pick<Value>(all: readonly Value[], text: string): Value[] {
  const unknown = named(text).find((name) => !all.some((value) => String(value) === name))
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no ${JSON.stringify(unknown)}: take of ${all.join(', ')}.`)
  return all.filter((value) => named(text).includes(String(value)))
}

const parseRows = (text: string): number[] => pick(rowNumbers, text)
const parsePeers = (text: string): PeerName[] => pick(peerNames, text)

function parseScale(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0.001 && value <= 1))
    throw new InvalidArgumentError('It takes a number from 0.001 to 1.')
  return value
}
