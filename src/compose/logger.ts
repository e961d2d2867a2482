import { hostname } from 'node:os'
import { format } from 'node:util'
import { type Logger, type LoggerOptions, pino } from 'pino'
import { systemClock } from '../system.ts'
import { LineOutput } from './line-output.ts'
import { RepeatedLines } from './repeated-lines.ts'

/**
 * Structured logs on stderr; a reader that stalls or is gone costs lines and nothing else. Lines that repeat
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

/**
 * Bounds warnings, errors, and lines about a state, which name it in the field `about` and may be of any level. All other
 * lines pass.
 */
export const holdBackRepeats = (repeated: RepeatedLines): LogMethod =>
  function (args, method, level) {
    const { fields, message } = partsOf(args)
    const log = (repeats: Fields) => method.call(this, { ...readable(fields, level), ...repeats }, message)
    const logLater = (count: number) => log({ repeated: count })
    const key = () => JSON.stringify([level, messageOf(fields), { ...fields, err: undefined }])
    if (typeof fields.about === 'string') {
      if (repeated.admitChange(fields.about, message + key(), logLater)) log({})
    } else if (level < (warn ?? 0)) method.apply(this, args)
    else if (repeated.admit(message, key(), logLater)) log({})
  }

/** Of `log.warn({ … }, 'message')`, `log.error(error)` and `log.warn('message')`. */
function partsOf([first, ...rest]: unknown[]): { fields: Fields; message: string } {
  if (typeof first !== 'object' || first === null) return { fields: {}, message: format(first, ...rest) }
  const fields = first instanceof Error ? { err: first } : (first as Fields)
  return { fields, message: rest[0] === undefined ? messageOf(fields) : format(...rest) }
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
