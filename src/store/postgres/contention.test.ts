import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { sharedPostgres } from '../../../test/support/backends/postgres.ts'
import { openPostgresStore } from './postgres-store.ts'
import { comment, contention } from './testing/contender.ts'

const contender = fileURLToPath(new URL('./testing/contender.ts', import.meta.url))
const pg = sharedPostgres()

interface Told {
  appended: number
  repeated: number
  refused: number
}

/** A node as a process of its own. */
async function contend(url: string, node: number): Promise<Told> {
  const { stdout } = await promisify(execFile)(process.execPath, [contender, url, String(node)])
  return JSON.parse(stdout)
}

test('ST-15: nodes that append to the same live videos in opposite orders neither block nor repeat each other', async () => {
  const url = await pg.createDatabase()
  const nodes = [0, 1, 2]
  const told = await Promise.all(nodes.map((node) => contend(url, node)))

  const { batches, oldVideos, newVideos } = contention
  const places = batches * (oldVideos + newVideos)
  const sum = (kind: keyof Told) => told.reduce((total, one) => total + one[kind], 0)
  // Each place has one comment of each node's own and one, by whoever was first, under the key that all of them use.
  expect(sum('appended')).toBe(places * (nodes.length + 1))
  expect(sum('repeated')).toBe(places * (nodes.length - 1))
  expect(sum('refused')).toBe(0)

  const [counted] = await pg.ask(
    `SELECT count(*)::int AS events,
       (SELECT count(*)::int FROM live_videos v WHERE head <> (SELECT count(*) FROM events WHERE video = v.video)
         OR head <> (SELECT max(seq) FROM events WHERE video = v.video)) AS with_holes,
       (SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()) AS deadlocks
     FROM events`,
    url,
  )
  expect(counted).toEqual({ events: sum('appended'), with_holes: 0, deadlocks: 0 })
})

test('ST-15: live videos begun by several nodes at the same moment have one log each', async () => {
  const url = await pg.createDatabase()
  const stores = await Promise.all([0, 1, 2, 3].map(() => openPostgresStore(url)))
  for (let round = 0; round < 30; round++) {
    const videos = Array.from({ length: 9 }, (_, video) => `new-${round}-${video}`)
    // Each node leaves out another one, and has the others in another order.
    const batches = stores.map((_, node) =>
      [...videos.slice(2 * node), ...videos.slice(0, 2 * node)].slice(1),
    )
    const outcomes = await Promise.all(
      stores.map((store, node) =>
        store.append((batches[node] ?? []).map((video) => comment(video, `${video} of ${node}`))),
      ),
    )
    const events = outcomes.flat().flatMap((outcome) => (outcome.kind === 'appended' ? outcome.events : []))
    for (const [video, log] of Map.groupBy(events, ({ liveVideoId }) => liveVideoId)) {
      const nodes = batches.filter((batch) => batch.includes(video)).length
      expect(log.map(({ seq }) => seq).sort()).toEqual(Array.from({ length: nodes }, (_, index) => index + 1))
      expect(new Set(log.map(({ epoch }) => epoch)).size).toBe(1)
    }
  }
  await Promise.all(stores.map((store) => store.close()))
})
