import type { Cancel } from '../../domain/time.ts'
import { Latest } from '../latest.ts'
import type { RegistryDocument, Versioned } from '../registry.ts'
import type { Connection, Watcher } from './connection.ts'
import { Reconciler, type Surroundings } from './reconciler.ts'

/** ZooKeeper takes packets of a mebibyte at most and hangs up on larger ones. */
const bytesMax = 1_000_000
const spreadMs = 50

/** A document is a persistent znode. */
export class ZooKeeperDocument implements RegistryDocument {
  readonly #surroundings: Surroundings
  readonly #path: string
  readonly #latest = new Latest<Versioned>(null, sameVersion)
  #reconciler: Reconciler | null = null

  constructor(surroundings: Surroundings, path: string) {
    this.#surroundings = surroundings
    this.#path = path
  }

  async read(): Promise<Versioned | null> {
    return readDocument(this.#surroundings.session.connection, this.#path)
  }

  async write(text: string, version: number | null): Promise<boolean> {
    const data = Buffer.from(text)
    if (data.length > bytesMax)
      throw new Error(`a document has ${bytesMax} bytes at most, and this one ${data.length}`)
    const { connection } = this.#surroundings.session
    if (version === null) return (await connection.create(this.#path, data, 'PERSISTENT')) !== null
    return version > 0 && connection.set(this.#path, data, version - 1)
  }

  watch(listener: (document: Versioned) => void): Cancel {
    const forget = this.#latest.watch(listener)
    this.#reconciler ??= new Reconciler(this.#surroundings, spreadMs, (...args) => this.#follow(...args))
    this.#reconciler.run()
    return () => {
      forget()
      if (!this.#latest.watched) this.#latest.forget()
    }
  }

  /** Nobody is told anything any more. */
  end(): void {
    this.#reconciler?.stop()
    this.#latest.end()
  }

  async #follow(connection: Connection, changed: Watcher): Promise<void> {
    if (!this.#latest.watched) return
    const document = await readDocument(connection, this.#path, changed)
    if (document) this.#latest.set(document)
    else if (await connection.exists(this.#path, changed)) await this.#follow(connection, changed)
  }
}

async function readDocument(
  connection: Connection,
  path: string,
  changed?: Watcher,
): Promise<Versioned | null> {
  const found = await connection.data(path, changed)
  // ZooKeeper counts the changes after the first writing.
  return found && { text: found.data.toString(), version: found.version + 1 }
}

const sameVersion = (a: Versioned, b: Versioned): boolean => a.version === b.version && a.text === b.text
