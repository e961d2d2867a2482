import { setTimeout as sleep } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { type RunningChorus, startChorus } from '../compose/compose.ts'
import { LineOutput } from '../compose/line-output.ts'
import { startErrorOf } from '../compose/start-error.ts'
import { parseConfig, type Values } from '../config/parse-config.ts'

/** A stop that hangs is a crash that was not noticed. Moving the viewers away comes first, and takes its time. */
const stopMsMax = 30_000
const goodbyeMsMax = 3_000

/** Runs a server until a signal ends it. @throws ConfigError, or Error in one line when it cannot start */
export async function serve(values: Values, version: string): Promise<void> {
  // Before a person's eyes the welcome says enough; a log collector gets everything.
  const logLevel = values.CHORUS_LOG_LEVEL ?? (isatty(2) ? 'warn' : undefined)
  const config = parseConfig({ ...values, CHORUS_LOG_LEVEL: logLevel })
  // Without a terminal it tells nothing: Node forgets that nohup had it ignored, and there is nothing to read anew.
  if (!hasTerminal()) process.on('SIGHUP', () => {})
  const chorus = await startChorus(config, version).catch((error) => {
    throw startErrorOf(error, config)
  })
  for (const signal of endings()) process.once(signal, () => void stop(chorus.stop))
  void chorus.failed.then((error) => fail(error, chorus))
  say(1, config.roles.includes('gateway') ? welcome(chorus) : nodeWelcome(chorus, config.roles))
}

/** Going on would only refuse everything: viewers are told to come back, and the process ends to be started again. */
async function fail(error: Error, { stop }: RunningChorus): Promise<void> {
  say(2, `chorus: ${error.message}; ending, to be started again\n`)
  await Promise.race([stop().catch(() => {}), sleep(goodbyeMsMax)])
  // Ended in order, the process would close the store, and with that write to files that may be another's by now.
  process.kill(process.pid, 'SIGKILL')
}

const hasTerminal = (): boolean => [0, 1, 2].some((stream) => isatty(stream))

/** A terminal that is closed takes the server with it. */
const endings = (): NodeJS.Signals[] => ['SIGTERM', 'SIGINT', ...(hasTerminal() ? ['SIGHUP' as const] : [])]

/** Node's own streams end a process whose output is not read. */
const say = (stream: 1 | 2, text: string): void => new LineOutput(stream, () => '').write(text)

async function stop(stopChorus: () => Promise<void>): Promise<void> {
  setTimeout(() => {
    say(2, `chorus: still not stopped after ${stopMsMax} ms; ending\n`)
    process.exit(1)
  }, stopMsMax).unref()
  const failure = await stopChorus().then(
    () => null,
    (error: Error) => error,
  )
  if (!failure) process.exit(0)
  // Of a store whose files are lost: see `fail`.
  say(2, `chorus: it could not be stopped in order: ${failure.message}\n`)
  process.kill(process.pid, 'SIGKILL')
}

/** Browsers open no `0.0.0.0` or `[::]`, which are every address of this machine. */
const toOpen = (url: string): string => url.replace(/\/\/(0\.0\.0\.0|\[::\])(?=:)/, '//localhost')

/** For a node that people do not open in a browser. */
const nodeWelcome = ({ url }: RunningChorus, roles: readonly string[]): string => `
  Chorus is listening.

  Roles     ${roles.join(', ')}
  Address   ${url}
`

function welcome({ url: listensAt, demo }: RunningChorus): string {
  const url = toOpen(listensAt)
  const mode = demo
    ? '\n  Demo mode: anyone on this machine may take any name. Set CHORUS_JWT_SECRET for real.'
    : ''
  return `
  Chorus is listening.

  Watch and comment   ${url}/
  The cluster         ${url}/cluster
  Try it with curl    curl -N ${url}/v1/live-videos/lobby/stream
  The interface       ${url}/openapi.json
${mode}
`
}
