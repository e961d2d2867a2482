/** Prints what a command was run for. Where that cannot be written, the command has failed. */
export function print(text: string): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    // A reader such as `head` that has seen enough needs no explanation.
    if (error.code !== 'EPIPE') process.stderr.write(`chorus: the output is not written: ${error.message}\n`)
    process.exit(1)
  })
  process.stdout.write(text)
}
