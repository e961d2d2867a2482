/** ZooKeeper did not answer. Whether it did what it was asked is not known. */
export class Unreachable extends Error {
  readonly reason: string

  constructor(reason: string, servers = '') {
    super(`ZooKeeper${servers && ` at ${servers}`} cannot be reached: ${reason}`)
    this.reason = reason
  }
}

/** Whatever was ephemeral in the session is gone. */
export class SessionExpired extends Error {
  constructor() {
    super('the session with ZooKeeper has expired')
  }
}
