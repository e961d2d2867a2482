import { type Cancel, type Clock, every } from '../../domain/time.ts'
import type { Connection } from './connection.ts'
import type { Lifetime } from './lifetime.ts'

/** Of the session's length: how long nothing may have been heard before we ask, and how long the answer may then take. */
const [quietShareMax, silentShareMax] = [1 / 4, 5 / 12]

/**
 * Sees to it that the servers hear of us, and lets go of one that has fallen silent: TCP would wait for minutes. To remove
 * what is not there changes nothing, and yet takes a majority of the servers.
 *
 * @param nowhere a path where there is never anything
 */
export function keepAlive(connection: Connection, lifetime: Lifetime, nowhere: string, clock: Clock): Cancel {
  let askedMs: number | null = null
  const ask = () => {
    askedMs = clock.elapsed()
    const answered = () => {
      askedMs = null
    }
    connection.remove(nowhere).then(answered, () => {})
  }
  const check = () => {
    if (askedMs === null) {
      if (lifetime.silentMs >= lifetime.lengthMs * quietShareMax) ask()
    } else if (clock.elapsed() - askedMs >= lifetime.lengthMs * silentShareMax) {
      connection.drop(`silent for ${Math.round(clock.elapsed() - askedMs)} ms`)
    }
  }
  ask()
  // After the I/O that waits already: a process that was held up has answers to read first.
  return every(
    clock,
    () => lifetime.lengthMs / 12,
    () => clock.after(0, check),
  )
}
