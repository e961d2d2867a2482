import { renameSync, type Stats, statSync } from 'node:fs'

/** The store's files are no longer those that this process opened; the message says which, and what happened to it. */
export class FilesLost extends Error {}

/**
 * The database file and the write-ahead log of a store that is open. SQLite goes on writing to files that were deleted or
 * replaced, or that another process overwrites, and the next start does not find what it stored in them.
 */
export class OwnedFiles {
  readonly #database: OwnedFile
  readonly #log: OwnedFile

  /** @param database the path of a database that is open and owned by this process */
  constructor(database: string) {
    this.#database = new OwnedFile(database)
    this.#log = new OwnedFile(`${database}-wal`)
  }

  /** @throws FilesLost */
  check(): void {
    this.#database.check()
    this.#log.check()
  }

  /** Does what writes to the log. What it stored is durable when this returns: it is in files that will be found. @throws FilesLost */
  writeLog<T>(work: () => T): T {
    return this.#own([this.#log], work)
  }

  /** Does what writes to both files. @throws FilesLost */
  writeBoth<T>(work: () => T): T {
    return this.#own([this.#database, this.#log], work)
  }

  /**
   * Makes lost files fit for the next start: played over a database that it does not belong to, our log would spoil it.
   * @param fold brings what the log holds into the database file
   */
  letGo(fold: () => void): void {
    if (this.#database.isOurs) fold()
    else if (this.#log.isOurs) renameSync(this.#log.path, `${this.#log.path}.lost`)
  }

  /** Changes whenever a file is written or replaced. */
  get signature(): string {
    return `${this.#database.signature} ${this.#log.signature}`
  }

  #own<T>(written: OwnedFile[], work: () => T): T {
    this.check()
    try {
      return work()
    } finally {
      for (const file of written) file.accept()
      this.check()
    }
  }
}

/** One file as this process last left it. */
class OwnedFile {
  readonly path: string
  #was: Stats

  constructor(path: string) {
    this.path = path
    this.#was = statSync(path)
  }

  check(): void {
    const is = this.#find()
    if (!is) throw new FilesLost(`${this.path} was deleted`)
    if (!isSame(is, this.#was)) throw new FilesLost(`${this.path} was replaced`)
    if (!isUnchanged(is, this.#was)) throw new FilesLost(`${this.path} was overwritten by another process`)
  }

  /** Takes a change for this process's own. */
  accept(): void {
    const is = this.#find()
    if (is && isSame(is, this.#was)) this.#was = is
  }

  get isOurs(): boolean {
    const is = this.#find()
    return is !== undefined && isSame(is, this.#was) && isUnchanged(is, this.#was)
  }

  get signature(): string {
    const is = this.#find()
    return is ? [is.ino, is.size, is.mtimeMs].join('/') : 'deleted'
  }

  #find(): Stats | undefined {
    return statSync(this.path, { throwIfNoEntry: false })
  }
}

const isSame = (one: Stats, other: Stats): boolean => one.ino === other.ino && one.dev === other.dev

const isUnchanged = (one: Stats, other: Stats): boolean =>
  one.size === other.size && one.mtimeMs === other.mtimeMs
