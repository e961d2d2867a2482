import { ChorusError, type ProblemCode } from './errors.ts'

/** The identity of one live video's event log; a log that is begun anew has another. */
export type Epoch = string

/** A place in an event log: after the event `seq`. `epoch` is null where no log has begun yet. */
export interface Position {
  epoch: Epoch | null
  seq: number
}

const pattern = /^(-|[A-Za-z0-9]{4,32}):(0|[1-9]\d{0,15})$/

/** `<epoch>:<sequence>`; `-:0` is the start of a log that has not begun. */
export const formatPosition = (position: Position): string => `${position.epoch ?? '-'}:${position.seq}`

/** @throws ChorusError with `code` when the text is not a position. */
export function parsePosition(text: string, code: ProblemCode = 'invalid_position'): Position {
  const [, epoch = '', digits = ''] = pattern.exec(text) ?? []
  const seq = Number(digits)
  const well = epoch === '-' ? digits === '0' : epoch !== '' && Number.isSafeInteger(seq)
  if (!well) throw new ChorusError(code)
  return { epoch: epoch === '-' ? null : epoch, seq }
}
