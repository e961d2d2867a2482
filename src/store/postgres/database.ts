import { type Ask, Connection, type SessionSettings } from './connection.ts'
import { inWords } from './errors.ts'
import { migrate } from './migrations.ts'

/** What can be known of a server before anything is asked of it. */
export interface Server {
  /** As in 150004 for 15.4. */
  version: number
  encoding: string
  standby: boolean
}

const oldestVersion = 14

/**
 * Checks that the database can be a Chorus store and brings its schema up to date.
 * @returns what every connection to it sets
 * @throws Error, in one line for whoever started the server, at once when it cannot
 */
export async function prepareDatabase(url: string, answerMsMax: number): Promise<SessionSettings> {
  const settings = sessionSettings(answerMsMax)
  const connections: Connection[] = []
  const connect = (withSettings: SessionSettings) => {
    const connection = new Connection(url, withSettings)
    connections.push(connection)
    return connection
  }
  try {
    const connection = connect([])
    await requireSessions(connection, connect([]), answerMsMax)
    checkServer(await connection.run(readServer, answerMsMax))
    await migrate(connection, answerMsMax)
    // As all that follow: what the server does not take is known now.
    await connect(settings).run(readServer, answerMsMax)
    return settings
  } catch (error) {
    throw new Error(`${placeOf(url)} cannot be opened as a Chorus store: ${inWords(error)}`)
  } finally {
    for (const connection of connections) connection.end()
  }
}

const looks = 3

/**
 * Prepared statements and settings belong to a session. A proxy that gives each transaction whichever session is free
 * would lose them, and with them that what is stored is on disk: it shows when two connections are asked in turn.
 */
async function requireSessions(one: Connection, other: Connection, answerMsMax: number): Promise<void> {
  const pidOf = async (connection: Connection) => {
    const rows = await connection.run((_, script) => script('SELECT pg_backend_pid() AS pid'), answerMsMax)
    return (rows as { pid: number }[])[0]?.pid
  }
  const pids = [new Set(), new Set()] as const
  for (let look = 0; look < looks; look++) {
    pids[0].add(await pidOf(one))
    pids[1].add(await pidOf(other))
  }
  if (pids.some(({ size }) => size > 1) || !pids[0].isDisjointFrom(pids[1]))
    throw new Error(
      'a proxy in between shares its sessions between transactions (pool_mode=transaction of PgBouncer), and Chorus needs sessions of its own: set pool_mode=session',
    )
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
      pg_is_in_recovery() AS standby`
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
const sessionSettings = (answerMsMax: number): SessionSettings => [
  // The server gives up before we do; and before that it ends the transaction of a node that froze in the middle,
  // so that those who wait for the same live video go on.
  `SET statement_timeout = ${Math.ceil(0.8 * answerMsMax)}`,
  `SET idle_in_transaction_session_timeout = ${Math.ceil(0.4 * answerMsMax)}`,
  // A transaction that waits for its turn ends with the node that asked for it.
  `SET client_connection_check_interval = ${Math.ceil(0.2 * answerMsMax)}`,
  `SET tcp_user_timeout = ${answerMsMax}`,
  // Stored means on disk, whatever the database's own default. Stricter settings stay.
  `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
  // Every statement looks things up by a key. A plan made while a table was small would read all of it for the whole
  // life of the connection.
  'SET plan_cache_mode = force_generic_plan',
  'SET enable_seqscan = off',
  'SET enable_hashjoin = off',
  'SET enable_mergejoin = off',
  'SET jit = off',
]
