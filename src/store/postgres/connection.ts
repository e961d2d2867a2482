import { connect, type Socket } from 'node:net'
import postgres from 'postgres'

type Value = string | number | null | readonly string[]

/** Sends a prepared statement at once, without waiting for those sent before it; they are carried out in the order sent. */
export type Ask = <Row extends object>(text: TemplateStringsArray, ...values: Value[]) => Promise<Row[]>

/** Any number of statements in one text, without values. */
export type Script = (text: string) => Promise<unknown>

/** Statements that tell the server what to keep to for as long as the connection lives. */
export type SessionSettings = readonly string[]

export type Work<T> = (ask: Ask, script: Script) => Promise<T>

/** More than a usual batch: the library stops sending ahead where a socket's buffer is full. */
const socketBufferBytes = 4_194_304

/** 64-bit integers, which all of ours fit: sequence numbers, milliseconds. */
const integer = { to: 20, from: [20], parse: Number, serialize: String }

/**
 * One connection, for one piece of work at a time. Whatever goes wrong ends it for good: so nothing of a transaction
 * that broke is left open, and no statement of it can land on a connection where no transaction is open.
 */
export class Connection {
  readonly #library: postgres.Sql<{ integer: number }>
  readonly #settings: SessionSettings
  #socket: Socket | null = null
  #reserved: postgres.ReservedSql<{ integer: number }> | null = null
  #usable = true

  /** Connects when there is work. @throws Error when the address cannot be used */
  constructor(url: string, settings: SessionSettings = []) {
    this.#settings = settings
    const options = {
      max: 1,
      types: { integer },
      connection: { application_name: 'chorus' },
      // A connection of its own making, to have it in hand: the library waits for a server that is frozen for ever.
      socket: (to: { host: string[]; port: number[] }) => this.#connect(to.host, to.port),
      connect_timeout: 0,
      max_lifetime: null,
      onclose: () => this.end(),
      onnotice: () => {},
    }
    this.#library = postgres(url, options)
    if (this.#library.options.host.length > 1)
      throw new Error('an address with several hosts is not understood')
  }

  get usable(): boolean {
    return this.#usable
  }

  /** Whether the server has answered on it. */
  get wasOpen(): boolean {
    return this.#reserved !== null
  }

  /**
   * Connects when it has not yet, and does the work.
   * @param answerMsMax how long both may take; null: as long as they take
   * @throws Error, after which the connection is not usable
   */
  async run<T>(work: Work<T>, answerMsMax: number | null): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer =
      answerMsMax !== null &&
      setTimeout(() => late.reject(new Error('the server did not answer in time')), answerMsMax)
    try {
      return await Promise.race([this.#work(work), late.promise])
    } catch (error) {
      this.end()
      throw error
    } finally {
      if (timer) clearTimeout(timer)
    }
  }

  end(): void {
    this.#usable = false
    this.#socket?.destroy()
  }

  async #work<T>(work: Work<T>): Promise<T> {
    this.#reserved ??= await this.#open()
    return work(this.#ask, this.#script)
  }

  async #open() {
    // Reserving alone would be tried again behind our back after a failure.
    await this.#library`SELECT 1`
    const session = await this.#library.reserve()
    // Not as parameters of the connection, which a proxy in between refuses or leaves out.
    if (this.#settings.length > 0) await session.unsafe(this.#settings.join('; '))
    return session
  }

  readonly #ask: Ask = (text, ...values) => {
    const answer = this.#session<never>(text, ...values).execute()
    // Of several that were sent at once and fail together, the first failure is waited for.
    answer.catch(() => {})
    return answer
  }

  readonly #script: Script = (text) => this.#session.unsafe(text)

  get #session() {
    // Without this, the library would throw where nobody can catch it.
    if (!this.#usable || !this.#reserved) throw new Error('the connection was lost')
    return this.#reserved
  }

  #connect([host = '']: string[], [port = 0]: number[]): Socket {
    if (!this.#usable) throw new Error('the connection was lost')
    const options = { host, port, noDelay: true, highWaterMark: socketBufferBytes }
    // TLS asks the socket for the name that the certificate must carry.
    this.#socket = Object.assign(connect(options), { host })
    return this.#socket
  }
}
