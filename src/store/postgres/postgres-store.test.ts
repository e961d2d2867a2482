import { expect, test } from 'vitest'
import { sharedPostgres } from '../../../test/support/backends/postgres.ts'
import { describeDurableStore } from '../store.contract.ts'
import { openPostgresStore } from './postgres-store.ts'

const pg = sharedPostgres()

describeDurableStore('PostgreSQL', () => pg.createDatabase(), openPostgresStore)

test('ST-4: a removed comment’s text stands in no table', async () => {
  const url = await pg.createDatabase()
  const store = await openPostgresStore(url)
  const base = {
    liveVideoId: 'a',
    actor: { author: { id: 'ann', name: 'Ann' }, role: 'viewer' as const },
  }
  await store.append([{ ...base, kind: 'create', commentId: 'c', text: 'doomed' }])
  const rows = () =>
    pg.ask(
      `SELECT e::text FROM events e UNION ALL SELECT c::text FROM comments c UNION ALL SELECT v::text FROM live_videos v`,
      url,
    )
  expect(JSON.stringify(await rows())).toContain('doomed')
  await store.append([{ ...base, kind: 'remove', commentId: 'c' }])
  expect(JSON.stringify(await rows())).not.toContain('doomed')
  await store.close()
})
