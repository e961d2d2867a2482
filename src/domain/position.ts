import { ChorusError, type ProblemCode } from './errors.ts'

/** The identity of one live video's event log; a log that is begun anew has another. */
export type Epoch = string

/** A place in an event log: after the event `seq`. `epoch` is null where no log has begun yet. */
export interface Position {
  epoch: Epoch | null
  seq: number
  /**
   * Tells the event `seq` from another one that got its number after the store had gone back in time (a restored backup).
   * Left out where it is not known.
   */
  mark?: string | undefined
}

/** In milliseconds, the time after which marks come again: half an hour, in four digits. */
const marksMax = 36 ** 4

/** @param at when the event was appended, in milliseconds since 1970: no two events with one number share it */
export const markOf = (at: number): string => Math.floor(at % marksMax).toString(36)

/** The place after an event. */
export const positionOf = ({
  epoch,
  seq,
  at,
}: {
  epoch: Epoch | null
  seq: number
  at: number
}): Position => ({
  epoch,
  seq,
  mark: markOf(at),
})

const pattern = /^(-|[A-Za-z0-9]{4,32}):(0|[1-9]\d{0,15})(?::([0-9a-z]{1,4}))?$/

/** `<epoch>:<sequence>:<mark>`, or without the mark; `-:0` is the start of a log that has not begun. */
export const formatPosition = ({ epoch, seq, mark }: Position): string =>
  `${epoch ?? '-'}:${seq}${mark === undefined ? '' : `:${mark}`}`

/** @throws ChorusError with `code` when the text is not a position. */
export function parsePosition(text: string, code: ProblemCode = 'invalid_position'): Position {
  const [, epoch = '', digits = '', mark] = pattern.exec(text) ?? []
  const seq = Number(digits)
  const well = epoch === '-' ? text === '-:0' : epoch !== '' && Number.isSafeInteger(seq)
  if (!well) throw new ChorusError(code)
  return { epoch: epoch === '-' ? null : epoch, seq, ...(mark !== undefined && { mark }) }
}
