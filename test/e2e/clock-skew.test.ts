import { expect, test } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import { authorOf } from '../support/author.ts'
import { sharedPostgres } from '../support/backends/postgres.ts'
import { ChorusServer } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { readMetric } from '../support/metrics.ts'
import { settableClock } from '../support/set-clock.ts'
import { testSecret } from '../support/tokens.ts'

const postgres = sharedPostgres()
const aheadMs = 30_000

test('ST-25: a node whose clock is 30 s ahead decides slow mode as the others do, and its clock is reported', async () => {
  const settings = {
    CHORUS_ROLES: 'comments',
    CHORUS_JWT_SECRET: testSecret,
    CHORUS_STORE: await postgres.createDatabase(),
    CHORUS_BUS: 'redis://127.0.0.1:1?mode=video',
  }
  using clock = settableClock()
  clock.set(aheadMs)
  await using right = new ChorusServer(settings, [])
  await using wrong = new ChorusServer({ ...settings, ...clock.settings }, [])
  await Promise.all([right.start(), wrong.start()])
  await authorOf(right, { sub: 'mod', role: 'moderator' }).change('lobby', { slowModeMs: 20_000 })
  const at = (server: ChorusServer, sub: string) => authorOf(server, { sub })
  const before = Date.now()

  // First on the right one, then, with 30 s more by its clock, on the wrong one: and the other way round.
  expect((await at(right, 'ann').post('lobby', 'one')).status).toBe(201)
  expect((await at(wrong, 'ben').post('lobby', 'one')).status).toBe(201)
  for (const refused of [
    await at(wrong, 'ann').post('lobby', 'two'),
    await at(right, 'ben').post('lobby', 'two'),
  ]) {
    const { code, retryAfterMs } = refused.json<{ code: string; retryAfterMs: number }>()
    expect([refused.status, code]).toEqual([429, 'slow_mode'])
    expect(retryAfterMs).toBeLessThanOrEqual(20_000)
  }

  const page = (await send(wrong, 'GET', '/v1/live-videos/lobby/comments')).json<{ comments: Comment[] }>()
  for (const { createdAt } of page.comments) expect(Math.abs(createdAt - before)).toBeLessThan(aheadMs / 2)
  const skew = 'chorus_store_clock_skew_seconds'
  expect(Math.round(await readMetric(wrong, skew))).toBe(aheadMs / 1_000)
  expect(Math.abs(await readMetric(right, skew))).toBeLessThan(1)
  const warnings = wrong.printed.match(/"aheadSeconds":30,"msg":"the clock of this machine[^"]*"/g)
  expect(warnings).toHaveLength(1)
  expect(right.printed).not.toContain('the clock of this machine')
})
