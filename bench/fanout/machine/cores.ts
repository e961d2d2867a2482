import { accessSync, constants } from 'node:fs'
import { availableParallelism } from 'node:os'

/** The cores that the two sides of a run are kept on, so that neither takes the other's time. */
export const serverCore = 0
export const loadCore = 1

const taskset = '/usr/bin/taskset'

/** Why nothing is kept on a core of its own; null when it is. */
export const notPinned: string | null =
  availableParallelism() < 2
    ? 'the machine has one core: server and load share it'
    : exists(taskset)
      ? null
      : 'there is no taskset (Debian package util-linux): the system moves server and load between cores'

/** The command, kept on that core; null: on any. */
export const pinned = (core: number | null, command: string[]): string[] =>
  core === null || notPinned !== null ? command : [taskset, '-c', String(core), ...command]

function exists(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
