import { isLiveVideoId, type LiveVideoId } from '../domain/live-video.ts'

const pattern = /^\/v1\/live-videos\/([^/%]+)\/stream$/

/** The live video whose stream stands at this path, as it comes in a request; null when it is another address. */
export function liveVideoOfStream(path: string): LiveVideoId | null {
  const liveVideoId = pattern.exec(path)?.[1]
  return liveVideoId !== undefined && isLiveVideoId(liveVideoId) ? liveVideoId : null
}
