import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs what nothing can go on without. */
export function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

/** @returns null when it went well, otherwise what it had to say */
export function complaintOf(command, args) {
  const { status, error, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return status === 0 ? null : (error?.message ?? (stderr.trim() || `exit code ${status}`))
}

/** Whether any of these commands is there. Servers sit in sbin, which is not on everybody's path. */
export function hasCommand(...names) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin']
  return names.some((name) => folders.some((folder) => existsSync(join(folder, name))))
}

export const hashOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')

/** Whether `stamp` was written for `hash`. */
export const isStamped = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash

export function say(text) {
  process.stderr.write(`${text}\n`)
}
