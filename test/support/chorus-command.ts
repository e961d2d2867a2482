import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import type { Stream } from 'node:stream'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../bin/chorus.js', import.meta.url))

/** Halves the start of a process, of which there are a hundred. */
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/chorus-test', import.meta.url))

/** CHORUS_… variables; what the tests themselves were started with stays out. */
export type Settings = Record<string, string>

export interface Exit {
  /** Null when a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

/** `chorus` as a process of its own, with everything that it printed. */
export class ChorusCommand {
  stdout = ''
  stderr = ''
  readonly exited: Promise<Exit>
  readonly #child: ChildProcess

  /** @param stderr a descriptor that it is to write its logs to, instead of being collected here */
  constructor(
    args: string[],
    settings: Settings = {},
    cwd = tmpdir(),
    stderr: 'pipe' | Stream | number = 'pipe',
  ) {
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', stderr],
      env: { ...outside(), ...settings, NODE_COMPILE_CACHE: compileCache },
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.#child = child
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }))
    })
  }

  /** Resolves when stdout matches. @throws Error, with what was printed, when the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.stdout)
        if (found) resolve(found)
      }
      this.#child.stdout?.on('data', look)
      this.exited.then(({ code }) => reject(new Error(`chorus ended with ${code}: ${this.stderr}`)), reject)
      look()
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }
}

/** Runs `chorus` to its end. */
export const runChorus = (args: string[], settings?: Settings, cwd?: string): Promise<Exit> =>
  new ChorusCommand(args, settings, cwd).exited

const outside = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CHORUS_|NODE_|VITEST)/.test(name)))
