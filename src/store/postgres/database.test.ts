import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { expect, test } from 'vitest'
import { guardedRole, sharedPostgres } from '../../../test/support/backends/postgres.ts'
import { Connection } from './connection.ts'
import { checkServer, prepareDatabase } from './database.ts'
import { openPostgresStore } from './postgres-store.ts'

const pg = sharedPostgres()

/** The one line that whoever starts the server reads. */
async function refusal(url: string): Promise<string> {
  const error = await openPostgresStore(url, { answerMsMax: 1_000 }).then(
    () => null,
    (reason: Error) => reason,
  )
  if (!error) throw new Error('it was opened')
  expect(error.message).not.toContain('\n')
  return error.message
}

const opens = async (url: string) => (await openPostgresStore(url)).close()

async function withServer(server: Server, use: (port: number) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await use((server.address() as AddressInfo).port)
  server.close()
}

test('ST-14: a server that is not there is refused in one line', async () => {
  const line = await refusal('postgres://ann:secret@127.0.0.1:1/chorus')
  expect(line).toBe(
    'postgres://127.0.0.1:1/chorus cannot be opened as a Chorus store: connect ECONNREFUSED 127.0.0.1:1',
  )
})

test('ST-14: a wrong password and a missing one are refused in one line, which does not hold it', async () => {
  await pg.ask(`CREATE ROLE ${guardedRole} LOGIN SUPERUSER PASSWORD 'right'`)
  const url = new URL(await pg.createDatabase())
  url.username = guardedRole
  for (const password of ['wrong', '']) {
    url.password = password
    const line = await refusal(url.href)
    expect(line).toMatch(/: password authentication failed for user "guarded" \(28P01\)$/)
    expect(line).not.toContain('wrong')
  }
  url.password = 'right'
  await opens(url.href)
})

test('ST-14: a missing database is refused in one line', async () => {
  expect(await refusal(pg.url('nowhere'))).toMatch(/: database "nowhere" does not exist \(3D000\)$/)
})

test('ST-14: an unknown setting in the address is refused in one line', async () => {
  expect(await refusal(`${await pg.createDatabase()}?nonsense=1`)).toMatch(/parameter "nonsense"/)
})

test('ST-14: an address with several hosts is refused in one line', async () => {
  expect(await refusal('postgres://one,two/chorus')).toMatch(/several hosts is not understood$/)
})

test('ST-14: what is no PostgreSQL is refused in one line', async () => {
  await withServer(createHttpServer(), async (port) => {
    expect(await refusal(`postgres://127.0.0.1:${port}/chorus`)).toMatch(/cannot be opened as a Chorus store/)
  })
})

test('ST-14: a server that says nothing is waited for no longer than the limit', async () => {
  const mute = createServer((socket) => socket.on('error', () => {}))
  await withServer(mute, async (port) => {
    expect(await refusal(`postgres://127.0.0.1:${port}/chorus`)).toMatch(/did not answer in time$/)
  })
})

test('ST-14: a database that is not in UTF8 is refused in one line', async () => {
  await pg.ask("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
  expect(await refusal(pg.url('latin'))).toMatch(/: its encoding is LATIN1, and Chorus needs UTF8$/)
})

test('ST-14: a server that is too old and a standby are refused', () => {
  const server = { version: 150_004, encoding: 'UTF8', standby: false }
  checkServer(server)
  expect(() => checkServer({ ...server, version: 130_012 })).toThrow(
    'it is PostgreSQL 13, and Chorus needs 14 or newer',
  )
  expect(() => checkServer({ ...server, standby: true })).toThrow(/it is a standby/)
})

test('FT-20: each database has an id of its own', async () => {
  const [one, other] = [
    await openPostgresStore(await pg.createDatabase()),
    await openPostgresStore(await pg.createDatabase()),
  ]
  expect(await one.readStoreId()).not.toBe(await other.readStoreId())
  await Promise.all([one.close(), other.close()])
})

test('ST-16: several nodes that start at once bring the schema up to date once', async () => {
  const url = await pg.createDatabase()
  const stores = await Promise.all(Array.from({ length: 6 }, () => openPostgresStore(url)))
  expect(await pg.ask('SELECT version, name FROM schema_migrations ORDER BY version', url)).toEqual([
    { version: 1, name: '0001_event_logs.sql' },
    { version: 2, name: '0002_store_id.sql' },
  ])
  for (const store of stores) expect(await store.readHeads(['a'])).toEqual(new Map())
  expect(new Set(await Promise.all(stores.map((store) => store.readStoreId()))).size).toBe(1)
  await Promise.all(stores.map((store) => store.close()))
})

test('ST-16: a schema newer than the program is refused in one line', async () => {
  const url = await pg.createDatabase()
  await opens(url)
  await pg.ask("INSERT INTO schema_migrations (version, name) VALUES (1000, 'from the future')", url)
  expect(await refusal(url)).toMatch(/: it was written by a newer Chorus \(schema 1000\)$/)
})

test('ST-16: a schema that cannot be made leaves nothing behind', async () => {
  const url = await pg.createDatabase()
  await pg.ask('CREATE TABLE comments (note text)', url)
  expect(await refusal(url)).toMatch(/: relation "comments" already exists \(42P07\)$/)
  const tables = await pg.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", url)
  expect(tables).toEqual([{ tablename: 'comments' }])
})

test('ST-21: stored means on disk, whatever the database’s own default', async () => {
  const url = await pg.createDatabase()
  await pg.ask(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`)
  const connection = new Connection(url, await prepareDatabase(url, 5_000))
  const [found] = await connection.run((ask) => ask`SHOW synchronous_commit`, 5_000)
  expect(found).toEqual({ synchronous_commit: 'on' })
  connection.end()
})
