import { expect } from 'vitest'
import type { Member, NodeRegistry, Versioned } from '../../registry.ts'
import { node } from './registries.ts'

/** A node that takes part in everything, and what it was told. */
export async function startNode(registry: NodeRegistry, port: number) {
  const told = { documents: [] as Versioned[], members: [] as Member[][], leads: [] as boolean[] }
  const document = registry.document('assignment')
  document.watch((versioned) => told.documents.push(versioned))
  registry.watchMembers((members) => told.members.push(members))
  const campaign = registry.campaign(`c${port}`, (leading) => told.leads.push(leading))
  return { registry, told, document, campaign, lease: await registry.join(node(port)) }
}

export type Node = Awaited<ReturnType<typeof startNode>>

/** Everything works between these nodes: they hold their leases, one leads, and all hear what it writes. */
export async function expectHealthy(nodes: Node[]): Promise<void> {
  await expect.poll(() => nodes.every(({ registry, lease }) => registry.connected && lease.held)).toBe(true)
  let written: Versioned | null = null
  await expect
    .poll(async () => {
      written = await writeAsLeader(nodes)
      return written
    })
    .not.toBeNull()
  for (const { told } of nodes) {
    await expect.poll(() => told.documents.at(-1)).toEqual(written)
    await expect.poll(() => told.members.at(-1)).toHaveLength(nodes.length)
  }
}

/** Null when it could not: nobody leads yet, or another was faster. @throws Error when the registry went away meanwhile */
async function writeAsLeader(nodes: Node[]): Promise<Versioned | null> {
  const leaders = nodes.filter(({ campaign }) => campaign.leading)
  if (leaders.length > 1) throw new Error(`${leaders.length} lead at once`)
  const document = leaders[0]?.document
  const version = (await document?.read())?.version ?? null
  const written = { text: `after ${version}`, version: (version ?? 0) + 1 }
  return (await document?.write(written.text, version)) ? written : null
}

/** Everything that is asked is refused, at once. */
export async function expectPrompt({ registry, document }: Node): Promise<void> {
  const calls = [registry.nodes(), document.read(), document.write('x', 1)]
  for (const call of calls) await expect(call).rejects.toThrow(/^ZooKeeper cannot be reached: /)
}
