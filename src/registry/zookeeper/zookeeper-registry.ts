import type { Cancel, Clock, Random } from '../../domain/time.ts'
import { Latest } from '../latest.ts'
import { byUrl } from '../members.ts'
import {
  type Campaign,
  type Lease,
  type Member,
  type NodeEntry,
  type NodeRegistry,
  noLoad,
  type RegistryDocument,
} from '../registry.ts'
import type { Connection, Watcher } from './connection.ts'
import { ZooKeeperDocument } from './document.ts'
import { ZooKeeperCampaign } from './election.ts'
import { takenError, ZooKeeperLease } from './lease.ts'
import { memberOfName, nameOfMember } from './member-names.ts'
import { inParallel } from './parallel.ts'
import { Reconciler, type Surroundings } from './reconciler.ts'
import { Session } from './session.ts'

export interface ZooKeeperOptions {
  /** host:port,host:port */
  hosts: string
  /** Under which everything stands: `/chorus`. Made where it is missing. */
  path: string
  /** After which silence a node counts as gone; the servers may grant another. */
  sessionTimeoutMs: number
  /** How long opening waits for a server at most. */
  openMsMax?: number
  clock: Clock
  random: Random
  /** Told what went wrong where nobody waits for an answer. */
  report: (error: unknown) => void
}

const openMsMaxDefault = 5_000
const membersSpreadMs = 100
const readsAtOnceMax = 64

/**
 * Servers that do not answer are reported and waited for; the registry is `connected` once one does.
 * @throws Error in one clear line when the path is none
 */
export async function openZooKeeperRegistry(options: ZooKeeperOptions): Promise<NodeRegistry> {
  const { path, sessionTimeoutMs, clock, random, report, openMsMax = openMsMaxDefault } = options
  const folders = foldersUnder(path)
  const paths = [...ancestorsOf(path), ...Object.values(folders)]
  const hosts = options.hosts.split(',')
  const session = new Session({
    hosts,
    paths,
    nowhere: `${path}/nowhere`,
    sessionTimeoutMs,
    clock,
    random,
    report,
  })
  await session.opened(openMsMax)
  return new ZooKeeperRegistry({ session, clock, random, report }, folders)
}

type Folders = ReturnType<typeof foldersUnder>

const foldersUnder = (path: string) => ({
  members: `${path}/members`,
  loads: `${path}/loads`,
  candidates: `${path}/candidates`,
  documents: `${path}/documents`,
})

/** `/a/b` stands in `/a`. */
function ancestorsOf(path: string): string[] {
  if (!/^(\/[\w.-]+)+$/.test(path) || /\/\.\.?(\/|$)/.test(path))
    throw new Error(`${JSON.stringify(path)} is no path in ZooKeeper: it looks like /chorus`)
  const parts = path.split('/').slice(1)
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
}

class ZooKeeperRegistry implements NodeRegistry {
  readonly #surroundings: Surroundings
  readonly #folders: Folders
  readonly #leases = new Map<string, ZooKeeperLease>()
  readonly #documents = new Map<string, ZooKeeperDocument>()
  readonly #campaigns = new Set<ZooKeeperCampaign>()
  readonly #members = new Latest<Member[]>(null, sameMembers)
  #memberWatch: Reconciler | null = null
  #reading: Promise<NodeEntry[]> | null = null

  constructor(surroundings: Surroundings, folders: Folders) {
    this.#surroundings = surroundings
    this.#folders = folders
  }

  get connected(): boolean {
    return this.#surroundings.session.connected
  }

  async join(member: Member): Promise<Lease> {
    const { url } = member
    if (this.#leases.has(url)) throw takenError(url)
    const places = {
      load: `${this.#folders.loads}/${encodeURIComponent(url)}`,
      member: `${this.#folders.members}/${nameOfMember(member)}`,
    }
    const lease = new ZooKeeperLease(this.#surroundings, member, places, () => this.#leases.delete(url))
    this.#leases.set(url, lease)
    await lease.join()
    return lease
  }

  /** Who asks while others wait shares their answer: with a thousand nodes it takes a thousand reads. */
  nodes(): Promise<NodeEntry[]> {
    this.#reading ??= this.#readNodes().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  watchMembers(listener: (members: Member[]) => void): Cancel {
    const forget = this.#members.watch(listener)
    this.#memberWatch ??= new Reconciler(this.#surroundings, membersSpreadMs, (...args) =>
      this.#followMembers(...args),
    )
    this.#memberWatch.run()
    return () => {
      forget()
      if (!this.#members.watched) this.#members.forget()
    }
  }

  document(name: string): RegistryDocument {
    const path = `${this.#folders.documents}/${encodeURIComponent(name)}`
    const document = this.#documents.get(path) ?? new ZooKeeperDocument(this.#surroundings, path)
    this.#documents.set(path, document)
    return document
  }

  campaign(candidate: string, listener: (leading: boolean) => void): Campaign {
    const gone = () => this.#campaigns.delete(campaign)
    const { candidates } = this.#folders
    const campaign = new ZooKeeperCampaign(this.#surroundings, candidates, candidate, listener, gone)
    this.#campaigns.add(campaign)
    return campaign
  }

  async close(): Promise<void> {
    this.#memberWatch?.stop()
    this.#members.end()
    for (const document of this.#documents.values()) document.end()
    for (const campaign of this.#campaigns) campaign.end()
    await this.#surroundings.session.close()
  }

  async #readNodes(): Promise<NodeEntry[]> {
    const { connection } = this.#surroundings.session
    const members = membersOf(await connection.children(this.#folders.members))
    const entries = await inParallel(members, readsAtOnceMax, (member) => this.#entryOf(connection, member))
    return entries.filter((entry) => entry !== null)
  }

  /** Null for one that went meanwhile. */
  async #entryOf(connection: Connection, member: Member): Promise<NodeEntry | null> {
    const found = await connection.data(`${this.#folders.loads}/${encodeURIComponent(member.url)}`)
    return found && { ...member, load: { ...noLoad, ...JSON.parse(found.data.toString()) } }
  }

  async #followMembers(connection: Connection, changed: Watcher): Promise<void> {
    if (!this.#members.watched) return
    this.#members.set(membersOf(await connection.children(this.#folders.members, changed)))
  }
}

const membersOf = (names: string[]): Member[] =>
  names
    .map(memberOfName)
    .filter((member) => member !== null)
    .sort(byUrl)

const sameMembers = (a: Member[], b: Member[]): boolean => JSON.stringify(a) === JSON.stringify(b)
