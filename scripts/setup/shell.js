import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Runs npm, the one that runs this script where there is one.
 * @param node that it is to run under, and what it starts, instead of the machine's
 * @returns whether it went well
 */
export function npm(args, node = null) {
  const path = node ? `${dirname(node)}${delimiter}${process.env.PATH}` : process.env.PATH
  const program = process.env.npm_execpath
  const [command, ...first] = program?.endsWith('.js') ? [node ?? process.execPath, program] : ['npm']
  const { status } = spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  return status === 0
}

/** @returns null when it went well, otherwise what it had to say */
export function complaintOf(command, args, cwd = root) {
  const { status, error, stderr } = spawnSync(command, args, {
    cwd,
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
