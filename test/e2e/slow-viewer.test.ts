import { expect, test } from 'vitest'
import { authorOf, postMany } from '../support/author.ts'
import { newLiveVideoId, startChorus } from '../support/chorus-server.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { Viewer } from '../support/viewer.ts'

const total = 700
/** 20 kB each as UTF-8: together far more than the kernel's socket buffers and the server's bounds hold. */
const text = (index: number) => `${index} ${'👋'.repeat(4_990)}`

test('RT-5: viewers that stop reading cost bounded bytes, hold up nobody, and are told what they missed', async () => {
  await using server = await startChorus()
  const liveVideoId = newLiveVideoId()
  const ann = authorOf(server, { sub: 'ann' })
  using reading = new Viewer(server, liveVideoId)
  using all = new DisposableStack()
  const stopped = Array.from({ length: 10 }, () => {
    const stream = rawRequest(`GET /v1/live-videos/${liveVideoId}/stream?rate=all`)
    return all.use(new RawConnection(server, stream))
  })
  await expect.poll(() => stopped.every(({ received }) => received.includes('id: -:0'))).toBe(true)
  for (const connection of stopped) connection.pause()
  const memoryBefore = await readMetric(server, 'process_resident_memory_bytes')

  const comments = await postMany(ann, liveVideoId, total, text, 8)
  await expect.poll(() => reading.seqs.length).toBe(total)
  expect(reading.comments).toEqual(comments.sort((a, b) => a.seq - b.seq))
  expect(reading.named('gap')).toEqual([])
  await expect
    .poll(() => readMetric(server, 'chorus_slow_viewers_total'))
    .toBeGreaterThanOrEqual(stopped.length)
  const memoryAfter = await readMetric(server, 'process_resident_memory_bytes')
  expect(memoryAfter - memoryBefore).toBeLessThan(150_000_000)

  for (const connection of stopped) connection.resume()
  await expect.poll(() => stopped.every(({ received }) => received.includes('event: gap'))).toBe(true)
  await ann.comment(liveVideoId, 'live again')
  await expect.poll(() => stopped.every(({ received }) => received.includes('live again'))).toBe(true)
  for (const { received } of stopped) expectTold(received)
})

/** What was written and what was left out make up the whole. */
function expectTold(received: string): void {
  const seqs = [...received.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq))
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  expect(new Set(seqs).size).toBe(seqs.length)
  const missed = [...received.matchAll(/event: gap\ndata: {"missed":(\d+),"reason":"slow_viewer"}/g)]
  const missedInAll = missed.reduce((sum, [, count]) => sum + Number(count), 0)
  expect(missedInAll + seqs.length).toBe(total + 1)
}
