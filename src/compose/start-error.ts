import type { Config } from '../config/config.ts'

/** What went wrong at the start, in words for people. */
export function startErrorOf(error: unknown, { port, host }: Config): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'EADDRINUSE' ? `port ${port} of ${host} is taken` : message
}
