import { writeFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import {
  type BenchOptions,
  BenchOptionsError,
  benchOptions,
  formatReport,
  runBench,
} from '../../tools/loadgen/bench.ts'
import { benchModes } from '../../tools/loadgen/options.ts'
import { ConfigError } from '../config/errors.ts'
import { print } from './print.ts'

/** The flags, shorter than the names of the options that they set. */
const flags: Partial<Record<keyof BenchOptions, string>> = {
  url: 'url <url>',
  liveVideoId: 'live-video <id>',
  viewers: 'viewers <count>',
  joinPerSecond: 'join-rate <per second>',
  commentsPerSecond: 'rate <per second>',
  durationSeconds: 'duration <seconds>',
  settleSeconds: 'settle <seconds>',
  authors: 'authors <count>',
  textBytes: 'text-bytes <count>',
  secret: 'jwt-secret <secret>',
  concurrency: 'concurrency <count>',
  serverPid: 'server-pid <pid>',
}

interface Output {
  json: boolean
  output?: string
}

/** `chorus bench`: loads a running server and reports what its viewers received; exit code 1 when anything was amiss. */
export function benchCommand(): Command {
  const command = new Command('bench')
    .description('Load a running server and report what the viewers received')
    .addOption(new Option('--mode <mode>', 'what to measure').choices(benchModes).default('deliver'))
    .option('--allow-remote', 'load a server that is not on this machine', false)
    .option('--gzip', 'accept gzip, as a browser does', false)
    .option('--json', 'print the result as JSON', false)
    .option('--output <file>', 'write the result as JSON to a file, too')
  for (const { name, fallback, description } of benchOptions) {
    const flag = flags[name]
    if (flag) command.addOption(benchOption(flag, name, `${description} (${fallback ?? 'automatic'})`))
  }
  return command.addHelpText('after', examples).action(run)
}

const examples = `
Examples:
  $ chorus bench --viewers 2000 --rate 20                deliveries: lost, repeated, out of order; latency
  $ chorus bench --mode idle --viewers 8000 --server-pid $(pgrep -f 'chorus.js serve')
                                                         memory of the server per idle viewer
  $ chorus bench --mode accept --concurrency 200         comments stored durably per second
                                                         (serve with --post-limit off)`

function benchOption(flag: string, name: keyof BenchOptions, help: string): Option {
  const option = new Option(`--${flag}`, help)
  option.attributeName = () => name
  return name === 'secret' ? option.env('CHORUS_JWT_SECRET') : option
}

async function run({ json, output, ...options }: Output & BenchOptions): Promise<void> {
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  const report = await runBench(options, { progress: showProgress }, abort.signal).catch((error) => {
    throw error instanceof BenchOptionsError ? new ConfigError(error.message) : error
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const asJson = `${JSON.stringify(report, null, 2)}\n`
  if (output) writeFileSync(output, asJson)
  print(json ? asJson : `${formatReport(report)}\n`)
  process.exitCode = report.ok ? 0 : 1
}

/** On a terminal each line takes the place of the last one. */
const showProgress = (text: string): void =>
  void process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`)
