import { type Ask, Connection, type SessionSettings } from './connection.ts'
import { inWords } from './errors.ts'
import { migrate } from './migrations.ts'

/** What can be known of a server before anything is asked of it. */
export interface Server {
  /** As in 150004 for 15.4. */
  version: number
  encoding: string
  standby: boolean
  synchronousCommit: string
}

const oldestVersion = 14

/**
 * Checks that the database can be a Chorus store and brings its schema up to date.
 * @returns what every connection to it sets
 * @throws Error, in one line for whoever started the server, at once when it cannot
 */
export async function prepareDatabase(url: string, answerMsMax: number): Promise<SessionSettings> {
  let connection: Connection | null = null
  try {
    connection = new Connection(url)
    const server = await connection.run(readServer, answerMsMax)
    checkServer(server)
    await migrate(connection, answerMsMax)
    return sessionSettings(server, answerMsMax)
  } catch (error) {
    throw new Error(`${placeOf(url)} cannot be opened as a Chorus store: ${inWords(error)}`)
  } finally {
    connection?.end()
  }
}

/** The address without the user and the password. */
function placeOf(url: string): string {
  const place = URL.parse(url)
  return place ? `postgres://${place.host}${place.pathname}` : 'the PostgreSQL database'
}

async function readServer(ask: Ask): Promise<Server> {
  const [server] = await ask<Server>`
    SELECT current_setting('server_version_num')::integer AS version,
      current_setting('server_encoding') AS encoding,
      pg_is_in_recovery() AS standby,
      current_setting('synchronous_commit') AS "synchronousCommit"`
  if (!server) throw new Error('it does not say what it is')
  return server
}

/** @throws Error */
export function checkServer({ version, encoding, standby }: Server): void {
  const major = Math.floor(version / 10_000)
  if (major < oldestVersion)
    throw new Error(`it is PostgreSQL ${major}, and Chorus needs ${oldestVersion} or newer`)
  if (encoding !== 'UTF8') throw new Error(`its encoding is ${encoding}, and Chorus needs UTF8`)
  if (standby) throw new Error('it is a standby, where nothing can be stored')
}

/** https://www.postgresql.org/docs/current/runtime-config-client.html */
function sessionSettings({ synchronousCommit }: Server, answerMsMax: number): SessionSettings {
  return {
    // The server gives up before we do; and before that it ends the transaction of a node that froze in the middle,
    // so that those who wait for the same live video go on.
    statement_timeout: Math.ceil(0.8 * answerMsMax),
    idle_in_transaction_session_timeout: Math.ceil(0.4 * answerMsMax),
    // A transaction that waits for its turn ends with the node that asked for it.
    client_connection_check_interval: Math.ceil(0.2 * answerMsMax),
    tcp_user_timeout: answerMsMax,
    // Stored means on disk, whatever the database's own default. Stricter settings stay.
    ...(synchronousCommit === 'off' && { synchronous_commit: 'on' }),
    // Every statement looks things up by a key. A plan made while a table was small would read all of it for the whole
    // life of the connection.
    plan_cache_mode: 'force_generic_plan',
    enable_seqscan: 'off',
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
    jit: 'off',
  }
}
