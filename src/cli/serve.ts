import { startChorus } from '../compose.ts'
import { parseConfig, type Values } from '../config.ts'

/** A stop that hangs is a crash that was not noticed. */
const stopMsMax = 10_000

/** Runs a server until a signal ends it. @throws ConfigError, or Error in one line when it cannot start */
export async function serve(values: Values, version: string): Promise<void> {
  // Before a person's eyes the welcome says enough; a log collector gets everything.
  const logLevel = values.CHORUS_LOG_LEVEL ?? (process.stderr.isTTY ? 'warn' : undefined)
  const config = parseConfig({ ...values, CHORUS_LOG_LEVEL: logLevel })
  const chorus = await startChorus(config, version).catch((error) => {
    throw error.code === 'EADDRINUSE'
      ? new Error(`port ${config.port} of ${config.host} is taken; choose another with --port`)
      : error
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(chorus.stop))
  void chorus.failed.then(fail)
  process.stdout.write(welcome(chorus.url, chorus.demo))
}

/** Whoever runs it starts it again; going on would only refuse everything. */
function fail(error: Error): void {
  process.stderr.write(`chorus: the store has failed: ${error.message}\n`)
  process.exit(1)
}

async function stop(stopChorus: () => Promise<void>): Promise<void> {
  setTimeout(() => {
    process.stderr.write(`chorus: still not stopped after ${stopMsMax} ms; ending\n`)
    process.exit(1)
  }, stopMsMax).unref()
  await stopChorus()
  process.exit(0)
}

function welcome(url: string, demo: boolean): string {
  const mode = demo
    ? '\n  Demo mode: anyone on this machine may take any name. Set CHORUS_JWT_SECRET for real.'
    : ''
  return `
  Chorus is listening.

  Watch and comment   ${url}/
  Try it with curl    curl -N ${url}/v1/live-videos/lobby/stream
  The interface       ${url}/openapi.json
${mode}
`
}
