import { createClient } from 'node-zookeeper-client'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../system.ts'
import type { Member, NodeRegistry } from '../../registry.ts'
import { openZooKeeperRegistry, type ZooKeeperOptions } from '../zookeeper-registry.ts'

export const sessionTimeoutMs = 2_000

let paths = 0

/** A path that no other test of the file uses. */
export const newPath = (): string => `/test/${++paths}`

export const node = (port: number): Member => ({ url: `http://127.0.0.1:${port}`, roles: ['realtime'] })

/** As one node opens it; closed when the test is over. */
export async function openRegistry(
  server: { address: string },
  path: string,
  more: Partial<ZooKeeperOptions> = {},
): Promise<NodeRegistry> {
  const registry = await openZooKeeperRegistry({
    hosts: server.address,
    path,
    sessionTimeoutMs,
    clock: systemClock,
    random: Math.random,
    report: () => {},
    ...more,
  })
  onTestFinished(() => registry.close())
  return registry
}

/** As an operator with a command line would. */
export async function emptyFolders(
  server: { address: string },
  path: string,
  folders: string[],
): Promise<void> {
  const client = createClient(server.address)
  client.connect()
  const childrenOf = (folder: string) =>
    new Promise<string[]>((resolve, reject) =>
      client.getChildren(folder, (error, children) => (error ? reject(error) : resolve(children))),
    )
  const remove = (child: string) =>
    new Promise<void>((resolve, reject) =>
      client.remove(child, (error) => (error ? reject(error) : resolve())),
    )
  for (const folder of folders.map((name) => `${path}/${name}`))
    for (const child of await childrenOf(folder)) await remove(`${folder}/${child}`)
  client.close()
}
