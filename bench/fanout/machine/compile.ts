import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Missing } from './missing.ts'

const loadFolder = fileURLToPath(new URL('../load', import.meta.url))
const floorFile = fileURLToPath(new URL('../servers/floor.c', import.meta.url))
const flags = ['-std=c17', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra']

export interface Programs {
  load: string
  floor: string
}

/** Compiles the load and the floor into the folder. @throws Missing without a compiler and its libraries */
export async function compilePrograms(folder: string): Promise<Programs> {
  const [load, floor] = [join(folder, 'load'), join(folder, 'floor')]
  const sources = readdirSync(loadFolder).filter((name) => name.endsWith('.c'))
  await Promise.all([
    compile([...sources.map((name) => join(loadFolder, name)), '-o', load, '-lz', '-lm']),
    compile([floorFile, '-o', floor]),
  ])
  return { load, floor }
}

async function compile(rest: string[]): Promise<void> {
  try {
    await promisify(execFile)('gcc', [...flags, ...rest])
  } catch (error) {
    const { stderr, code } = error as { stderr?: string; code?: string | number }
    const [line] = /^.*error.*$/m.exec(stderr ?? '') ?? [String(code)]
    throw new Missing(
      `The load could not be compiled; it takes the Debian packages gcc libc6-dev zlib1g-dev: ${line}`,
    )
  }
}
