import type { Config } from '../config/config.ts'

interface SystemError extends NodeJS.ErrnoException {
  /** Of an address that cannot be listened on. */
  port?: number
  /** Of a name that cannot be resolved. */
  hostname?: string
}

/** The same error, in words that name the setting when it is an address that this machine cannot listen on. */
export function startErrorOf(error: unknown, config: Config): unknown {
  const words = wordsOf(error as SystemError, config)
  return words === null ? error : new Error(words, { cause: error })
}

function wordsOf(
  { syscall, code, port, hostname }: SystemError,
  { host, internalPort }: Config,
): string | null {
  const setting = `CHORUS_HOST=${host}`
  if (syscall === 'getaddrinfo' && hostname === host) return `${setting} is a name that cannot be resolved`
  if (syscall !== 'listen') return null
  const flag = internalPort !== null && port === internalPort ? '--port-internal' : '--port'
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is taken; choose another with ${flag}`
    case 'EACCES':
      return `this user may not listen on port ${port}; choose one above 1023 with ${flag}`
    case 'EADDRNOTAVAIL':
      return `${setting} is no address of this machine`
    case 'EAFNOSUPPORT':
      return `${setting} needs IPv6, which this machine does not have; 0.0.0.0 is every address of IPv4`
    default:
      return null
  }
}
