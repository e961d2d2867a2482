import type { Cancel } from '../domain/time.ts'
import type { Campaign, Lease, Member, NodeLoad, NodeRegistry } from './registry.ts'

export type ServedRegistry = ReturnType<typeof servedRegistry>

/**
 * What the owner of a registry lets another process on this machine call. What it watches comes to it as notes; `end`
 * takes back everything that it held.
 */
export function servedRegistry(registry: NodeRegistry, note: (topic: string, value: unknown) => void) {
  const leases = new Map<string, Lease>()
  const campaigns = new Map<string, Campaign>()
  const watches: Cancel[] = []
  return {
    async join(member: Member): Promise<void> {
      leases.set(member.url, await registry.join(member))
    },
    report: async (url: string, load: NodeLoad) => leases.get(url)?.report(load),
    async leave(url: string): Promise<void> {
      await leases.get(url)?.leave()
      leases.delete(url)
    },
    nodes: () => registry.nodes(),
    async watchMembers(): Promise<void> {
      watches.push(registry.watchMembers((members) => note('members', members)))
    },
    readDocument: (name: string) => registry.document(name).read(),
    writeDocument: (name: string, text: string, version: number | null) =>
      registry.document(name).write(text, version),
    async watchDocument(name: string): Promise<void> {
      watches.push(registry.document(name).watch((document) => note(`document ${name}`, document)))
    },
    async campaign(candidacy: string): Promise<void> {
      const tell = (leading: boolean) => note(`campaign ${candidacy}`, leading)
      campaigns.set(candidacy, registry.campaign(candidacy, tell))
    },
    async resign(candidacy: string): Promise<void> {
      await campaigns.get(candidacy)?.resign()
      campaigns.delete(candidacy)
    },
    async end(): Promise<void> {
      for (const cancel of watches.splice(0)) cancel()
      await Promise.all([...leases.values()].map((lease) => lease.leave()))
      await Promise.all([...campaigns.values()].map((campaign) => campaign.resign()))
    },
  }
}
