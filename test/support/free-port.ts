import { createServer } from 'node:net'

/**
 * A port for a server that has to be told one, and to have it again after a restart. Below the range that the system gives
 * to connections, so that none of those takes it meanwhile.
 */
export async function freePort(): Promise<number> {
  const port = 10_000 + Math.floor(Math.random() * 20_000)
  const probe = createServer()
  const free = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => resolve(true))
  })
  await new Promise((resolve) => probe.close(resolve))
  return free ? port : freePort()
}
