import { isLiveVideoId, type LiveVideoId } from '../domain/live-video.ts'

const pattern = /^\/v1\/live-videos\/([^/%]+)\/stream$/

/** The live video whose stream stands at this path, as it comes in a request; null when it is another address. */
export function liveVideoOfStream(path: string): LiveVideoId | null {
  const liveVideoId = pattern.exec(path)?.[1]
  return liveVideoId !== undefined && isLiveVideoId(liveVideoId) ? liveVideoId : null
}

/** Whether a stream stands at this path, of a live video that may exist or not. */
export const isStreamPath = (path: string): boolean => pattern.test(path)

const request = /^GET \/v1\/live-videos\/[^/ ?]+\/stream[ ?]/

/** Whether a request that begins so asks for a stream. */
export const asksForStream = (firstBytes: string): boolean => request.test(firstBytes)
