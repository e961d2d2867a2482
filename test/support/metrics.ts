import type { Addressed } from './chorus-server.ts'
import { send } from './http-client.ts'

/** One figure of /metrics by its full name, labels included; 0 when it has not been counted yet. */
export async function readMetric(server: Addressed, name: string): Promise<number> {
  const { text } = await send(server, 'GET', '/metrics')
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line ? Number(line.slice(name.length + 1)) : 0
}
