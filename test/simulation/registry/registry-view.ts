import type { Cancel, Clock } from '../../../src/domain/time.ts'
import { Latest } from '../../../src/registry/latest.ts'
import type {
  Campaign,
  Lease,
  Member,
  NodeEntry,
  NodeRegistry,
  RegistryDocument,
  Versioned,
} from '../../../src/registry/registry.ts'
import type { NodeProcess } from '../node-process.ts'
import type { SeededRandom } from '../random.ts'
import { RegistryLink } from './registry-link.ts'
import type { RegistryServer, Topic } from './registry-server.ts'
import { SimulatedCampaign } from './simulated-campaign.ts'
import { SimulatedLease, takenError } from './simulated-lease.ts'
import type { RegistryWeather } from './weather.ts'

export interface RegistryViewParts {
  server: RegistryServer
  process: NodeProcess
  clock: Clock
  random: SeededRandom
  weather: RegistryWeather
  /** Told when this node is about to read a document. */
  onRead?: (name: string) => void
}

/** The registry as one node has it. */
export class RegistryView implements NodeRegistry {
  readonly link: RegistryLink
  readonly #parts: RegistryViewParts
  readonly #leases = new Map<string, SimulatedLease>()
  readonly #campaigns = new Set<SimulatedCampaign>()
  readonly #members = new Latest<Member[]>(null, sameMembers)
  readonly #documents = new Map<string, Latest<Versioned>>()
  /** What has changed and is about to be read. */
  readonly #due = new Set<Topic>()
  readonly #changed = (topic: Topic): void => this.#lookSoon(topic)

  constructor(parts: RegistryViewParts) {
    this.#parts = parts
    this.link = new RegistryLink(parts, {
      connected: () => this.#refresh(),
      lapsed: () => this.#tellCampaigns(),
    })
    parts.server.onChange.add(this.#changed)
    parts.process.onEnd(() => parts.server.onChange.delete(this.#changed))
  }

  get connected(): boolean {
    return this.link.connected
  }

  async join(member: Member): Promise<Lease> {
    const { url } = member
    if (this.#leases.has(url)) throw takenError(url)
    const lease = new SimulatedLease(this.link, member, () => this.#leases.delete(url))
    this.#leases.set(url, lease)
    await lease.join()
    return lease
  }

  nodes(): Promise<NodeEntry[]> {
    return this.link.call((server) => server.nodes(), true)
  }

  watchMembers(listener: (members: Member[]) => void): Cancel {
    const cancel = this.#members.watch(listener)
    this.#lookSoon('members')
    return cancel
  }

  document(name: string): RegistryDocument {
    const latest = this.#documents.get(name) ?? new Latest<Versioned>(null, sameVersion)
    this.#documents.set(name, latest)
    const { link } = this
    return {
      read: () => {
        this.#parts.onRead?.(name)
        return link.call((server) => server.read(name), true)
      },
      write: (text, version) => link.call((server) => server.write(name, text, version), true),
      watch: (listener) => {
        this.#lookSoon(`document ${name}`)
        return latest.watch(listener)
      },
    }
  }

  campaign(_candidate: string, listener: (leading: boolean) => void): Campaign {
    const gone = () => this.#campaigns.delete(campaign)
    const campaign = new SimulatedCampaign(this.link, listener, gone)
    this.#campaigns.add(campaign)
    return campaign
  }

  async close(): Promise<void> {
    this.#parts.server.onChange.delete(this.#changed)
    this.#members.end()
    for (const latest of this.#documents.values()) latest.end()
    for (const campaign of this.#campaigns) campaign.end()
    this.link.close()
  }

  /** Everything that this node holds or follows, with a new connection. */
  #refresh(): void {
    for (const lease of this.#leases.values()) void lease.reconcile()
    this.#tellCampaigns()
    for (const campaign of this.#campaigns) void campaign.stand()
    this.#lookSoon('members')
    for (const name of this.#documents.keys()) this.#lookSoon(`document ${name}`)
  }

  #tellCampaigns(): void {
    for (const campaign of this.#campaigns) campaign.tell()
  }

  /** What changes again until it is read is one change. */
  #lookSoon(topic: Topic): void {
    const { random, weather, clock } = this.#parts
    if (this.#due.has(topic) || !this.#follows(topic)) return
    this.#due.add(topic)
    const delayMs = topic === 'line' ? 0 : random.between(0, weather.watchDelayMsMax)
    clock.after(delayMs, () => {
      this.#due.delete(topic)
      this.#look(topic)
    })
  }

  #follows(topic: Topic): boolean {
    if (topic === 'members') return this.#members.watched || this.#leases.size > 0
    if (topic === 'line') return this.#campaigns.size > 0
    return this.#documents.has(nameIn(topic))
  }

  /** What is under way while the process is frozen waits for it, and is old news then. */
  #look(topic: Topic): void {
    if (topic === 'line') {
      for (const campaign of this.#campaigns) void campaign.stand()
      return
    }
    if (topic === 'members') {
      const members = this.#parts.server.members()
      return this.link.receive(() => this.#takeMembers(members))
    }
    const name = nameIn(topic)
    const document = this.#parts.server.read(name)
    if (document) this.link.receive(() => this.#documents.get(name)?.set(document))
  }

  #takeMembers(members: Member[]): void {
    this.#members.set(members)
    for (const lease of this.#leases.values()) void lease.reconcile()
  }
}

const nameIn = (topic: Topic): string => topic.slice('document '.length)

const sameMembers = (a: Member[], b: Member[]): boolean => JSON.stringify(a) === JSON.stringify(b)
const sameVersion = (a: Versioned, b: Versioned): boolean => a.version === b.version && a.text === b.text
