import { CommanderError } from 'commander'

/** On a terminal each line takes the place of the last one. */
export const showProgress = (text: string): void =>
  void process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`)

/** Runs a comparison to its end. @throws Error when it failed, or was stopped by Ctrl-C */
export async function untilStopped<Results>(
  compare: (signal: AbortSignal) => Promise<Results>,
): Promise<Results> {
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  return compare(abort.signal).catch((error) => {
    throw abort.signal.aborted ? new Error('stopped before the end: nothing is written') : error
  })
}

/** Prints what a comparison found in place of its progress, and fails the program when there are faults. */
export function printResults(text: string, faults: readonly unknown[]): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  process.stdout.write(`\n${text}`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

/**
 * Runs the program of a benchmark. It ends with 0, with 1 when something went wrong, or with 2 when it could not begin.
 * @param isUnready whether an error says that something is missing which has to be there first
 */
export async function runProgram(
  name: string,
  main: (args: string[]) => Promise<void>,
  isUnready: (error: unknown) => boolean = () => false,
): Promise<void> {
  try {
    await main(process.argv.slice(2))
  } catch (error) {
    const isCommander = error instanceof CommanderError
    // Commander has said what is wrong by then.
    if (!isCommander) process.stderr.write(`${name}: ${(error as Error).message}\n`)
    const isHelp = isCommander && error.exitCode === 0
    process.exitCode = isHelp ? 0 : isCommander || isUnready(error) ? 2 : 1
  }
}
