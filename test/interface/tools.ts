import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** What `scripts/setup.js --test` put there. */
export const cache = fileURLToPath(new URL('../../.cache', import.meta.url))
export const nodeTools = `${cache}/node-tools/interface/node_modules`

const quiet = {
  NO_COLOR: '1',
  // Redocly reports its use and asks for updates otherwise; the tests talk to nobody.
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
}

export interface Ended {
  code: number
  output: string
}

/** Runs a program to its end, whatever its end is. @throws Error when it is not there, or takes minutes */
export async function run(program: string, args: string[], cwd?: string): Promise<Ended> {
  const options = { cwd, env: { ...process.env, ...quiet }, timeout: 170_000, maxBuffer: 1e8 }
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, options)
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string }
    if (typeof code !== 'number') throw error
    return { code, output: stdout + stderr }
  }
}

/** The same in Node. */
export const runNode = (script: string, args: string[], cwd?: string): Promise<Ended> =>
  run(process.execPath, [script, ...args], cwd)
