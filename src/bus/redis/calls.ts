import { keySlotOf } from './key-slot.ts'
import type { RedisClient } from './make-client.ts'
import type { Round } from './subscriptions.ts'
import type { RedisWorld } from './world.ts'

/** Channels, and why the server refused them. */
export type Refusals = Map<string, unknown>

/** Carries out a round, all of its calls at once. Resolves with what was refused. */
export async function callRound(
  client: RedisClient,
  round: Round,
  receive: (message: Buffer) => void,
  world: RedisWorld,
): Promise<Refusals> {
  const { metrics } = world
  const { cluster } = world.target
  const refusals: Refusals = new Map()
  const call = (channels: string[], answer: Promise<void>) =>
    answer.catch((error) => {
      for (const channel of channels) refusals.set(channel, error)
    })
  const letGo = (channels: string[]) => {
    metrics.unsubscribed(channels.length)
    return call(channels, cluster ? client.sUnsubscribe(channels) : client.unsubscribe(channels))
  }
  const ask = (channels: string[]) => {
    metrics.subscribed(channels.length)
    const answer = cluster
      ? client.sSubscribe(channels, receive, true)
      : client.subscribe(channels, receive, true)
    return call(channels, answer)
  }
  await Promise.all([
    ...shareCalls(round.unsubscribe, world).map(letGo),
    ...shareCalls(round.subscribe, world).map(ask),
  ])
  return refusals
}

/** Channels that can share a call: in a cluster those of one slot. */
function shareCalls(channels: string[], { target, options }: RedisWorld): string[][] {
  const groups = target.cluster ? Map.groupBy(channels, keySlotOf).values() : [channels]
  return [...groups].flatMap((group) => chunks(group, options.channelsPerCall))
}

const chunks = (channels: string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(channels.length / size) }, (_, index) =>
    channels.slice(index * size, (index + 1) * size),
  )
