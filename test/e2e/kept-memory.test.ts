import { expect, test } from 'vitest'
import { authorOf, postMany } from '../support/author.ts'
import { startChorus } from '../support/chorus-server.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'

const quietVideos = 100
const comments = 600
const lanes = 3
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 1))
/** A slab of 64 KB for each comment would be 39 MB; the events themselves are 0.1 MB. */
const growthMax = 12_000_000

test('RT-28: a process holds little more than what its rings count, however much comes between', async () => {
  await using server = await startChorus()
  using open = new DisposableStack()
  const ann = authorOf(server, { sub: 'ann' })
  const watch = (id: string, headers: string[] = []) =>
    new RawConnection(server, rawRequest(`GET /v1/live-videos/${id}/stream`, headers))
  const gzip = ['Accept-Encoding: gzip']
  const quiet = Array.from({ length: quietVideos }, (_, index) =>
    open.use(watch(`quiet-${index}`, index % 2 === 0 ? [] : gzip)),
  )
  await postMany(ann, 'busy', 60, () => 'x'.repeat(300))
  await Promise.all(quiet.map((viewer) => expect.poll(() => viewer.received.length).toBeGreaterThan(100)))
  const external = () => readMetric(server, 'nodejs_external_memory_bytes')
  const before = await external()

  // Between any two comments others join the busy live video, which takes many small buffers for a moment.
  const lane = async (first: number) => {
    for (let count = first; count < comments; count += lanes) {
      await ann.comment(`quiet-${count % quietVideos}`, `comment ${count}`)
      using plain = watch('busy')
      using compressed = watch('busy', gzip)
      while (plain.received.length < 15_000 || compressed.received.length < 1_000) await aMoment()
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)))

  await expect.poll(async () => (await external()) - before).toBeLessThan(growthMax)
})
