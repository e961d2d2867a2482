import { Calls } from '../ipc/calls.ts'
import { onConnection } from '../ipc/connections.ts'
import { processLine } from '../ipc/process-line.ts'
import { startChorus } from './compose.ts'
import { startErrorOf } from './start-error.ts'
import type { WorkerStart } from './workers.ts'

/** The program of a worker: a realtime node that reaches the store and the registry through the process that forked it. */
const line = processLine(process)
const calls = new Calls(line)

// Without the process that holds the store nothing can be read any more; it may be gone before this one has started.
line.onEnd(() => process.exit())

calls.onNote('start', async (told) => {
  const { config, version } = told as WorkerStart
  try {
    const chorus = await startChorus(config, version, calls)
    // Who stops the whole group, as systemd does, sends it here a second time.
    process.on('SIGTERM', () => void chorus.stop().then(() => process.exit(0)))
    onConnection(chorus.serveConnection)
    calls.note('started', chorus.nodeUrl)
  } catch (error) {
    calls.note('failed', (startErrorOf(error, config) as Error).message)
    process.exitCode = 1
    // Ends this process, whatever it has opened; the process above may have been faster.
    if (process.connected) process.disconnect()
  }
})

// A terminal sends these to all; when to stop is told by the process above.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
