import { hostname } from 'node:os'
import { type Logger, type LoggerOptions, pino } from 'pino'
import { systemClock } from '../system.ts'
import { LineOutput } from './line-output.ts'
import { RepeatedLines } from './repeated-lines.ts'

/**
 * Structured logs on stderr; a reader that stalls or is gone costs lines and nothing else. Warnings and errors that repeat
 * are logged once in a while with their number.
 */
export function makeLogger(level: string): { logger: Logger; output: LineOutput } {
  const output = new LineOutput(2, (lost) => {
    const line = { level: 40, time: Date.now(), pid: process.pid, hostname: hostname(), lost }
    return `${JSON.stringify({ ...line, msg: 'log lines were lost: stderr took none' })}\n`
  })
  const hooks = { logMethod: holdBackRepeats(new RepeatedLines(systemClock)) }
  return { logger: pino({ level, hooks }, output), output }
}

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>
type Fields = Record<string, unknown>

const { warn, error: errorLevel } = pino.levels.values

/** For lines of the form `log.warn({ … }, 'message')` and `log.error(error)`; all others pass. */
export const holdBackRepeats = (repeated: RepeatedLines): LogMethod =>
  function (args, method, level) {
    const [first, second] = args as unknown[]
    if (level < (warn ?? 0) || typeof first !== 'object' || first === null) return method.apply(this, args)
    const fields = first instanceof Error ? { err: first } : (first as Fields)
    const message = String(second ?? messageOf(fields))
    const log = (repeats: Fields) => method.call(this, { ...readable(fields, level), ...repeats }, message)
    const key = JSON.stringify([level, messageOf(fields), { ...fields, err: undefined }])
    if (repeated.admit(message, key, (count) => log({ repeated: count }))) log({})
  }

const messageOf = ({ err }: Fields): string => (err instanceof Error ? err.message : '')

const bugs = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError']

/** What `fetch` says of any server that does not answer is a TypeError, too. */
const isBug = ({ name, message }: Error): boolean => bugs.includes(name) && message !== 'fetch failed'

/** A stack tells where a bug is. Of a server that does not answer it tells nothing. */
function readable(fields: Fields, level: number): Fields {
  const { err, ...rest } = fields
  if (!(err instanceof Error) || level >= (errorLevel ?? 0) || isBug(err)) return fields
  return { ...rest, reason: err.message, ...causeOf(err) }
}

const causeOf = ({ cause }: Error): Fields => (cause instanceof Error ? { cause: cause.message } : {})
