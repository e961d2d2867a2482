import type { Delivery } from '../../../tools/loadgen/viewers/delivery.ts'
import type { Route } from '../routes.ts'
import type { FeedViewer } from './feed-viewer.ts'
import type { Reached } from './reached.ts'
import type { FeedTally } from './tally.ts'

/** What the viewers of a feed have in common. */
export interface Audience {
  route: Route
  reached: Reached
  /** Of the stretch that is being measured. */
  readonly tally: FeedTally
  scan(liveVideoId: string, blocks: Buffer): readonly Delivery[]
  /** The highest sequence number that an author was told. */
  acceptedSeq(liveVideoId: string): number
  /** The viewer is gone; everything through `seq` should have come to it. */
  left(viewer: FeedViewer, seq: number): void
}
