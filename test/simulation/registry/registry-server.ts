import type { Cancel, Clock } from '../../../src/domain/time.ts'
import { byUrl } from '../../../src/registry/members.ts'
import type { Member, NodeEntry, NodeLoad, Versioned } from '../../../src/registry/registry.ts'
import { Line } from './line.ts'

/** What the registry knows of one node's connections: it outlives a short silence. */
export interface Session {
  ended: boolean
  /** Cancels its end; null while it is heard of. */
  expiry: Cancel | null
}

export type Topic = 'members' | 'line' | `document ${string}`

interface Registration extends NodeEntry {
  session: Session
}

/** The registry itself, with all that it remembers. Who talks to it, and how badly, is the views' business. */
export class RegistryServer {
  readonly leaseMs: number
  /** Those who want the lead. */
  readonly line = new Line(() => this.#changed('line'))
  /** Told of what changed. */
  readonly onChange = new Set<(topic: Topic) => void>()
  /** Told when it went away or came back. */
  readonly onTurn = new Set<() => void>()
  readonly #clock: Clock
  readonly #sessions = new Set<Session>()
  readonly #nodes = new Map<string, Registration>()
  readonly #documents = new Map<string, Versioned>()
  #state: 'up' | 'down' | 'out of reach' = 'up'
  /** For what is wrong on purpose. */
  readonly #ignoresVersions: boolean

  constructor(clock: Clock, leaseMs: number, ignoresVersions = false) {
    this.#clock = clock
    this.leaseMs = leaseMs
    this.#ignoresVersions = ignoresVersions
  }

  get up(): boolean {
    return this.#state === 'up'
  }

  open(): Session {
    const session = { ended: false, expiry: null }
    this.#sessions.add(session)
    return session
  }

  /** Everything that was held in it is free. */
  end(session: Session): void {
    if (session.ended) return
    session.ended = true
    session.expiry?.()
    this.#sessions.delete(session)
    this.line.leave(session)
    const urls = [...this.#nodes.values()].filter((node) => node.session === session).map(({ url }) => url)
    for (const url of urls) this.#nodes.delete(url)
    if (urls.length > 0) this.#changed('members')
  }

  /** Nothing has been heard of it since `heardAt`; while the registry is down, nobody's silence counts. */
  silence(session: Session, heardAt: number): void {
    session.expiry?.()
    const leftMs = heardAt + this.leaseMs - this.#clock.elapsed()
    session.expiry = this.#state !== 'down' ? this.#clock.after(leftMs, () => this.end(session)) : () => {}
  }

  hear(session: Session): void {
    session.expiry?.()
    session.expiry = null
  }

  goDown(): void {
    for (const session of this.#sessions) session.expiry?.()
    this.#turn('down')
  }

  /** Nobody is heard of, and everybody's silence counts. */
  goOutOfReach(): void {
    this.#turn('out of reach')
  }

  comeIntoReach(): void {
    this.#turn('up')
  }

  /** Comes back, with or without what it knew of nodes, and of documents. Sessions that it kept have a whole lease to return. */
  comeBack({ sessions, documents }: { sessions: boolean; documents: boolean }): void {
    if (!documents) this.#documents.clear()
    this.#state = 'up'
    for (const session of [...this.#sessions])
      if (sessions) this.silence(session, this.#clock.elapsed())
      else this.end(session)
    this.#turn('up')
  }

  /** Whether the URL is this session's now. */
  claim(session: Session, { url, roles }: Member, load: NodeLoad): boolean {
    const holder = this.#nodes.get(url)
    if (holder) return holder.session === session
    this.#nodes.set(url, { url, roles: [...roles], load, session })
    this.#changed('members')
    return true
  }

  report(session: Session, url: string, load: NodeLoad): void {
    const node = this.#nodes.get(url)
    if (node?.session === session) node.load = load
  }

  remove(session: Session, url: string): void {
    if (this.#nodes.get(url)?.session !== session) return
    this.#nodes.delete(url)
    this.#changed('members')
  }

  nodes(): NodeEntry[] {
    return [...this.#nodes.values()].map(({ url, roles, load }) => ({ url, roles, load })).sort(byUrl)
  }

  members(): Member[] {
    return this.nodes().map(({ url, roles }) => ({ url, roles }))
  }

  read(name: string): Versioned | null {
    return this.#documents.get(name) ?? null
  }

  write(name: string, text: string, version: number | null): boolean {
    const written = this.read(name)?.version ?? null
    if (written !== version && !this.#ignoresVersions) return false
    this.#documents.set(name, { text, version: (written ?? 0) + 1 })
    this.#changed(`document ${name}`)
    return true
  }

  #turn(state: 'up' | 'down' | 'out of reach'): void {
    this.#state = state
    for (const turned of this.onTurn) turned()
  }

  #changed(topic: Topic): void {
    for (const listener of this.onChange) listener(topic)
  }
}
