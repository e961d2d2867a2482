import { murmur2 } from '@platformatic/kafka'
import type { LiveVideoId } from '../../domain/live-video.ts'

/**
 * The hash of a key as Kafka's own clients take it, so that whoever produces or consumes the topic by key with any of
 * them agrees on where a live video is: its partition is the hash modulo their number.
 */
export const partitionHash = (liveVideoId: LiveVideoId): number => murmur2(liveVideoId, true) & 0x7fffffff
