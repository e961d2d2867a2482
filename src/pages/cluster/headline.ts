import type { ClusterState } from './cluster.ts'
import { isGone, isLost, isRealtime, isUnreached, type KnownNode } from './known-nodes.ts'
import { many, type NameOf, nodesIn, seconds } from './words.ts'

/** The one thing that an operator should know now. */
export interface Headline {
  /** `held`: all goes on as it is, and nothing moves. */
  tone: 'calm' | 'moving' | 'held' | 'grave' | 'waiting'
  text: string
  detail: string
}

/** An election takes a moment, and is nothing to worry about. */
const electionMs = 5_000

export function headlineOf(state: ClusterState, nameOf: NameOf, now: number): Headline {
  const { link, dispatch } = state
  if (link.kind === 'connecting') return { tone: 'waiting', text: 'Looking for the cluster…', detail: '' }
  if (link.kind === 'silent')
    return {
      tone: 'grave',
      text: 'No answer from the gateway',
      detail: dispatch
        ? `Not heard for ${seconds(now - link.since)}: these are the last figures.`
        : 'Asking again every few seconds.',
    }
  if (!dispatch || dispatch.slots.length === 0)
    return {
      tone: 'waiting',
      text: 'No assignment yet',
      detail: 'A dispatcher has to lead, and a node to join.',
    }
  return troubleOf(state, nameOf, now) ?? movementOf(state, nameOf) ?? calmOf(state)
}

function troubleOf(state: ClusterState, nameOf: NameOf, now: number): Headline | null {
  const lost = state.nodes.filter(isLost).map(({ node }) => node.url)
  if (state.waiting > 0)
    return {
      tone: 'grave',
      text: lost.length > 0 ? `${nodesIn(lost, nameOf)} lost` : 'Slots without a node',
      detail: `${many(state.waiting, 'slot')} wait for another node.`,
    }
  if (state.dispatch?.registry === 'unreachable')
    return {
      tone: 'held',
      text: 'Serving the last assignment',
      detail: 'The registry does not answer: nothing moves until it is back.',
    }
  if (lost.length > 0)
    return {
      tone: 'grave',
      text: `${nodesIn(lost, nameOf)} lost`,
      detail: 'All slots are with living nodes again.',
    }
  const unreached = state.nodes.filter(isUnreached).map(({ node }) => node.url)
  if (unreached.length > 0)
    return {
      tone: 'held',
      text: `${nodesIn(unreached, nameOf)} cannot be reached`,
      detail: `The dispatcher gives ${unreached.length === 1 ? 'it' : 'them'} no slots: check CHORUS_NODE_URL and the network.`,
    }
  if (state.leaderlessSince !== null && now - state.leaderlessSince >= electionMs)
    return { tone: 'held', text: 'Nobody leads', detail: 'Nothing moves until a dispatcher is elected.' }
  return null
}

function movementOf({ nodes }: ClusterState, nameOf: NameOf): Headline | null {
  const urlsOf = (those: KnownNode[]) => those.map(({ node }) => node.url)
  const draining = nodes.filter((known) => !isGone(known) && known.node.load.draining)
  if (draining.length > 0) {
    const slots = draining.reduce((sum, { node }) => sum + node.slots, 0)
    return {
      tone: 'moving',
      text: `${nodesIn(urlsOf(draining), nameOf)} ${draining.length === 1 ? 'is' : 'are'} draining`,
      detail: slots > 0 ? `${many(slots, 'slot')} left to hand over.` : 'All slots are handed over.',
    }
  }
  const joined = nodes.filter(({ presence }) => presence.kind === 'new')
  if (joined.length === 0) return null
  return { tone: 'calm', text: `${nodesIn(urlsOf(joined), nameOf)} joined`, detail: '' }
}

function calmOf({ nodes }: ClusterState): Headline {
  const serving = nodes.filter((known) => isRealtime(known) && !isGone(known)).length
  if (serving === 1)
    return {
      tone: 'calm',
      text: 'One node serves everything',
      detail: 'More of them share the slots as they join.',
    }
  return { tone: 'calm', text: `All ${many(serving, 'node')} serving`, detail: '' }
}
