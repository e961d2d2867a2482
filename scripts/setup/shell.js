import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/**
 * Fills a folder of `.cache`, once for each `wanted`: a hash of what it is made of.
 * @param begins what is said first
 * @param fails what is said, with what went wrong, when it could not be filled
 * @param isKept whether what was made for another hash is of use
 * @param fill returns null when it went well, otherwise what went wrong
 */
export function fillOnce({ folder, wanted, begins, fails, isKept = false }, fill) {
  const stamp = join(folder, 'installed')
  if (isStamped(stamp, wanted)) return
  say(begins)
  rmSync(isKept ? stamp : folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const complaint = fill()
  if (complaint === null) writeFileSync(stamp, wanted)
  else say(`${fails}, and their tests can't run: ${complaint}`)
}

export function say(text) {
  process.stderr.write(`${text}\n`)
}
