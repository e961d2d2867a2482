import { randomBytes } from 'node:crypto'
import type { Epoch } from '../domain/position.ts'

/** For a log that begins; no other log has it. */
export const newEpoch = (): Epoch => randomBytes(5).toString('hex')
