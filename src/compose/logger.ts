import { hostname } from 'node:os'
import { type Logger, pino } from 'pino'
import { LineOutput } from './line-output.ts'

/** Structured logs on stderr; whatever happens to its reader costs lines and nothing else. */
export function makeLogger(level: string): { logger: Logger; output: LineOutput } {
  const output = new LineOutput(2, (lost) => {
    const line = { level: 40, time: Date.now(), pid: process.pid, hostname: hostname(), lost }
    return `${JSON.stringify({ ...line, msg: 'log lines were lost: stderr took none' })}\n`
  })
  return { logger: pino({ level }, output), output }
}
