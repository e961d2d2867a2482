import type { Command } from '../../../domain/command.ts'
import { openPostgresStore } from '../postgres-store.ts'

export const contention = { batches: 40, oldVideos: 3, newVideos: 2 }

/**
 * The batch `index` of a node: comments in live videos that every node writes to, some of them begun by it, in an order
 * that differs between nodes. In each video one comment has a key that all nodes use, the other is the node's own.
 */
function contendingBatch(node: number, index: number): Command[] {
  const old = Array.from({ length: contention.oldVideos }, (_, video) => `old-${video}`)
  const fresh = Array.from({ length: contention.newVideos }, (_, video) => `new-${index + video}`)
  const videos = [...old, ...fresh]
  if (node % 2 === 1) videos.reverse()
  return videos.flatMap((liveVideoId) => [
    comment(liveVideoId, `${liveVideoId} ${index} of ${node}`),
    { ...comment(liveVideoId, `${liveVideoId} ${index} by ${node}`), idempotencyKey: `shared ${index}` },
  ])
}

export const comment = (liveVideoId: string, commentId: string) => ({
  kind: 'create' as const,
  liveVideoId,
  actor: { author: { id: 'ann', name: 'Ann' }, role: 'viewer' as const },
  commentId,
  text: 'hello',
})

/** Appends all batches, two at a time, and prints how many comments were new and how many repeated a key. */
async function contend(url: string, node: number): Promise<void> {
  const store = await openPostgresStore(url)
  const told = { appended: 0, repeated: 0, refused: 0 }
  let next = 0
  const work = async () => {
    while (next < contention.batches)
      for (const { kind } of await store.append(contendingBatch(node, next++))) told[kind]++
  }
  await Promise.all([work(), work()])
  await store.close()
  process.stdout.write(JSON.stringify(told))
}

if (import.meta.main) {
  const [url = '', node = ''] = process.argv.slice(2)
  await contend(url, Number(node))
}
