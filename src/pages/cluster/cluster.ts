import type { Dispatch } from '../../protocol/dispatch.ts'
import { pageNow } from '../shared/page-clock.ts'
import { changesBetween, type Move, movesBetween } from './changes.ts'
import { type Entry, type Happening, logWith } from './history.ts'
import { type KnownNode, knownAfter } from './known-nodes.ts'
import { Looks } from './looks.ts'
import { shortNames } from './names.ts'
import { historyMs, type Sample, withSample } from './samples.ts'

/** Whether the server that the page asks answers. */
export type Link = { kind: 'connecting' } | { kind: 'live' } | { kind: 'silent'; since: number }

export interface ClusterState {
  link: Link
  /** As told last; null: never. */
  dispatch: Dispatch | null
  nodes: readonly KnownNode[]
  names: ReadonlyMap<string, string>
  /** Of all nodes together. */
  samples: readonly Sample[]
  log: readonly Entry[]
  /** What moved with the newest look. */
  moves: readonly Move[]
  /** Slots that moved within the last two minutes. */
  movedLately: number
  /** Slots whose node is not among the living. */
  waiting: number
  /** Since when nobody leads; null: somebody does. */
  leaderlessSince: number | null
}

const nothingKnown: ClusterState = {
  link: { kind: 'connecting' },
  dispatch: null,
  nodes: [],
  names: new Map(),
  samples: [],
  log: [],
  moves: [],
  movedLately: 0,
  waiting: 0,
  leaderlessSince: null,
}

/** The cluster as this page has seen it so far. */
export class Cluster {
  state = nothingKnown
  readonly looks = new Looks()
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  #moved: { at: number; slots: number }[] = []
  #waitingSince: number | null = null

  constructor(now: () => number = pageNow) {
    this.#now = now
  }

  subscribe(listen: () => void): () => void {
    this.#listeners.add(listen)
    return () => this.#listeners.delete(listen)
  }

  readonly nameOf = (url: string): string => this.state.names.get(url) ?? url

  /** Takes another look. */
  see(dispatch: Dispatch): void {
    const now = this.#now()
    const { dispatch: before, nodes: known, link, samples, log } = this.state
    const moves = before ? movesBetween(before, dispatch) : []
    const changes = before ? changesBetween(before, dispatch) : []
    const nodes = knownAfter(known, dispatch, changes, now)
    const waiting = waitingIn(dispatch)
    const happenings: Happening[] = [
      ...this.#covered(waiting, now),
      ...(before ? changes : [beginningOf(dispatch)]),
      ...(link.kind === 'silent' ? [{ kind: 'answers', answers: true } as const] : []),
    ]
    this.looks.assign(nodes.filter(({ node }) => node.roles.includes('realtime')).map(({ node }) => node.url))
    this.#change({
      link: { kind: 'live' },
      dispatch,
      nodes,
      names: shortNames(nodes.map(({ node }) => node.url)),
      samples: withSample(samples, { at: now, viewers: viewersIn(dispatch) }),
      log: logWith(log, happenings, now),
      moves,
      movedLately: this.#movedLately(moves.length, now),
      waiting,
      leaderlessSince: dispatch.leader === null ? (this.state.leaderlessSince ?? now) : null,
    })
  }

  /** The server did not answer. */
  miss(): void {
    if (this.state.link.kind === 'silent') return
    const now = this.#now()
    const log = logWith(this.state.log, [{ kind: 'answers', answers: false }], now)
    this.#change({ ...this.state, link: { kind: 'silent', since: now }, log, moves: [] })
  }

  #covered(waiting: number, now: number): Happening[] {
    const since = this.#waitingSince
    this.#waitingSince = waiting > 0 ? (since ?? now) : null
    return since !== null && waiting === 0 ? [{ kind: 'covered', afterMs: now - since }] : []
  }

  #movedLately(slots: number, now: number): number {
    this.#moved = this.#moved.filter(({ at }) => now - at < historyMs)
    if (slots > 0) this.#moved.push({ at: now, slots })
    return this.#moved.reduce((sum, { slots }) => sum + slots, 0)
  }

  #change(state: ClusterState): void {
    this.state = state
    for (const listen of this.#listeners) listen()
  }
}

const beginningOf = ({ nodes, generation }: Dispatch): Happening => ({
  kind: 'began',
  nodes: nodes.length,
  generation,
})

const viewersIn = ({ nodes }: Dispatch): number => nodes.reduce((sum, { load }) => sum + load.viewers, 0)

function waitingIn({ nodes, assigned, slots }: Dispatch): number {
  const living = new Set(nodes.map(({ url }) => url))
  const served = assigned.map((url) => living.has(url))
  return slots.filter((index) => !served[index]).length
}
