import { cpus } from 'node:os'
import { tempFolder } from '../../test/support/temp-folder.ts'
import { compilePrograms } from './machine/compile.ts'
import { notPinned } from './machine/cores.ts'
import type { FanOutOptions } from './options.ts'
import { findFaults } from './report/faults.ts'
import type { FanOutResults } from './report/results.ts'
import { runRows } from './rows.ts'
import { nchanModule } from './servers/nchan.ts'

/** Runs one row after the other. @throws Missing when something has to be installed first */
export async function compare(
  options: FanOutOptions,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<FanOutResults> {
  if (options.peers.includes('nchan')) nchanModule()
  const startedAt = new Date().toISOString()
  using folder = tempFolder()
  const programs = await compilePrograms(folder.path)
  const runs = await runRows({ programs, options, progress, signal })
  return {
    ...{ startedAt, cores: cpus().length, notPinned, scale: options.scale },
    ...runs,
    faults: findFaults(runs),
  }
}
