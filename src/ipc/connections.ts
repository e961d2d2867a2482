import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'

/** A connection on its way to another process, with what was read of it already. */
interface Message {
  kind: 'connection'
  firstBytes: Uint8Array
}

/** Handed over and not yet there; beyond it the other process must be stuck. */
const underWayMax = 1_000

/** Gives connections to a process that this one has forked: from then on its bytes pass through that process alone. */
export class ConnectionGiver {
  readonly #child: ChildProcess
  #underWay = 0

  constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Whether the connection is no longer this process's. */
  give(socket: Socket, firstBytes: Buffer): boolean {
    if (!this.#child.connected || this.#underWay >= underWayMax) return false
    this.#underWay++
    // Without a copy the whole of the buffer that it was read into would be sent.
    const message: Message = { kind: 'connection', firstBytes: Uint8Array.from(firstBytes) }
    // Node would have the server ask after it when it closes: of a process that is gone by then, and wait for its answer.
    Object.assign(socket, { server: null })
    this.#child.send(message, socket, {}, () => {
      this.#underWay--
      socket.destroy()
    })
    return true
  }
}

/** Calls `take` for each connection that the process above gives to this one. */
export function onConnection(take: (socket: Socket, firstBytes: Buffer) => void): void {
  process.on('message', (message, handle) => {
    // It may have been closed on the way.
    if (isConnection(message) && handle instanceof Socket) take(handle, Buffer.from(message.firstBytes))
  })
}

const isConnection = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'connection'
