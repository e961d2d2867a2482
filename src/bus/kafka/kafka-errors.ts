import { findErrorBy } from '@platformatic/kafka'

/**
 * What went wrong at the bottom, as one line. The library's own errors are never passed on: they carry whole responses,
 * and with them the texts of comments.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return 'unknown'
  return error.cause ? reasonOf(error.cause) : error.message.replaceAll('\n', ' ')
}

/** The client asked for a topic that is not there. */
export const isUnknownTopic = (error: unknown): boolean =>
  error instanceof Error && /^Unknown topic /.test(error.message)

export const isTopicThere = (error: unknown): boolean => hasId(error, 'TOPIC_ALREADY_EXISTS')

/** Partitions were asked for where they are not led (yet, or any more): part of every start and stop of a broker. */
export const isLeaderMoving = (error: unknown): boolean =>
  [
    'NOT_LEADER_OR_FOLLOWER',
    'LEADER_NOT_AVAILABLE',
    'FENCED_LEADER_EPOCH',
    'UNKNOWN_TOPIC_OR_PARTITION',
  ].some((id) => hasId(error, id))

/** Nothing that passes: the address or the brokers have to be changed. */
export const isHopeless = (error: unknown): boolean =>
  [
    'INVALID_REPLICATION_FACTOR',
    'INVALID_TOPIC_EXCEPTION',
    'POLICY_VIOLATION',
    'TOPIC_AUTHORIZATION_FAILED',
    'CLUSTER_AUTHORIZATION_FAILED',
  ].some((id) => hasId(error, id)) || reasonOf(error) === 'Broker requires TLS.'

/** However often it is sent again, the brokers will not have it. */
export const isRefusedForGood = (error: unknown): boolean =>
  hasId(error, 'MESSAGE_TOO_LARGE') || hasId(error, 'RECORD_LIST_TOO_LARGE') || hasId(error, 'INVALID_RECORD')

/** The broker has forgotten what it was told of a reader (KIP-227), and the client tells it again with the next read. */
export const isSessionLost = (error: unknown): boolean =>
  hasId(error, 'FETCH_SESSION_ID_NOT_FOUND') || hasId(error, 'INVALID_FETCH_SESSION_EPOCH')

const offsetOutOfRange = 1

/** Where a reader stands has to be told again, or found anew. */
export const isOffsetLost = (error: unknown): boolean =>
  isSessionLost(error) || partitionsOutOfRange(error).length > 0

interface FailedFetch {
  response?: { responses?: { partitions: { partitionIndex: number; errorCode: number }[] }[] }
}

/** Partitions of a failed read whose offset the log no longer has, or never had. */
export function partitionsOutOfRange(error: unknown): number[] {
  const { response } = (error ?? {}) as FailedFetch
  const partitions = response?.responses?.flatMap((topic) => topic.partitions) ?? []
  return partitions
    .filter(({ errorCode }) => errorCode === offsetOutOfRange)
    .map(({ partitionIndex }) => partitionIndex)
}

const hasId = (error: unknown, id: string): boolean => findErrorBy(error as Error, 'apiId', id) !== null
