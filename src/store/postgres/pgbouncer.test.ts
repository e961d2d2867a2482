import { expect, test } from 'vitest'
import { PgBouncer } from '../../../test/support/backends/pgbouncer.ts'
import { sharedPostgres } from '../../../test/support/backends/postgres.ts'
import { Connection } from './connection.ts'
import { prepareDatabase } from './database.ts'
import { openPostgresStore } from './postgres-store.ts'

const pg = sharedPostgres()
const answerMsMax = 20_000

async function startPgBouncer(settings: Record<string, string>): Promise<PgBouncer> {
  const bouncer = new PgBouncer(pg)
  await bouncer.start(settings).catch(async (error) => {
    await bouncer[Symbol.asyncDispose]()
    throw error
  })
  return bouncer
}

const refusing: Record<string, Record<string, string>> = {
  'by transaction': { pool_mode: 'transaction' },
  'by transaction, sessions in turn': {
    pool_mode: 'transaction',
    server_round_robin: '1',
    min_pool_size: '5',
  },
  'by statement': { pool_mode: 'statement' },
}

test.each(Object.entries(refusing))(
  'ST-24: a PgBouncer that shares sessions %s is refused at the start, in one line that says what to set',
  async (_, settings) => {
    await using bouncer = await startPgBouncer(settings)
    const url = bouncer.through(await pg.createDatabase())
    const refusal = await openPostgresStore(url, { answerMsMax }).then(
      (store) => store.close().then(() => 'opened'),
      (error: Error) => error.message,
    )
    expect(refusal).toMatch(
      /^postgres:\/\/127\.0\.0\.1:\d+\/chorus_\d+ cannot be opened.*set pool_mode=session$/,
    )
    expect(refusal).not.toContain('\n')
  },
)

test.each([
  ['as it is installed', {}],
  ['when it leaves out what a client sets at the start', { ignore_startup_parameters: 'synchronous_commit' }],
])(
  'ST-24: through a PgBouncer of whole sessions, %s, all works, and stored means on disk',
  async (_, settings) => {
    await using bouncer = await startPgBouncer({ pool_mode: 'session', default_pool_size: '40', ...settings })
    const direct = await pg.createDatabase()
    await pg.ask(`ALTER DATABASE ${new URL(direct).pathname.slice(1)} SET synchronous_commit = off`)
    const url = bouncer.through(direct)
    const connection = new Connection(url, await prepareDatabase(url, answerMsMax))
    const found = await connection.run((ask) => ask`SHOW synchronous_commit`, answerMsMax)
    connection.end()
    expect(found).toEqual([{ synchronous_commit: 'on' }])

    const store = await openPostgresStore(url, { answerMsMax })
    const create = (index: number) =>
      ({
        kind: 'create',
        liveVideoId: `v${index % 3}`,
        at: 1,
        actor: { author: { id: 'ann', name: 'Ann' }, role: 'viewer' },
        commentId: `c${index}`,
        text: 'hello',
      }) as const
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) => store.append([create(index)])),
    )
    expect(outcomes.flat().every(({ kind }) => kind === 'appended')).toBe(true)
    expect((await store.readEvents('v0', 0, 100)).events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    await store.close()
  },
)
