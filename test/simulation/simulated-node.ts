import type { CommentService } from '../../src/comments/comment-service.ts'
import type { GroupCommit } from '../../src/comments/group-commit.ts'
import type { LiveVideoId } from '../../src/domain/live-video.ts'
import type { Start } from '../../src/realtime/channel.ts'
import type { StreamTerms } from '../../src/realtime/connection.ts'
import { anywhere } from '../../src/realtime/placement.ts'
import type { RealtimeNode } from '../../src/realtime/realtime-node.ts'
import type { ViewerSocket } from '../../src/realtime/viewer-socket.ts'
import { NodeProcess } from './node-process.ts'
import { carryTo, connectStore, makeComments, makeRealtime } from './services.ts'
import type { World } from './world.ts'

/** A process that is all of Chorus, and knows of no others. */
export class SimulatedNode {
  readonly process: NodeProcess
  readonly realtime: RealtimeNode
  readonly comments: CommentService
  readonly commit: GroupCommit
  stopping = false
  readonly #world: World

  constructor(name: string, world: World) {
    this.#world = world
    this.process = new NodeProcess(name, world.clock)
    const store = connectStore(world, this.process)
    const bus = world.bus.connect(this.process, carryTo(world, this.process))
    const { comments, commit } = makeComments(world, this.process, store, bus)
    this.comments = comments
    this.commit = commit
    this.realtime = makeRealtime(world, this.process, store, bus, anywhere)
  }

  /** As the stream's route does it. */
  stream(liveVideoId: LiveVideoId, socket: ViewerSocket, start: Start, terms: StreamTerms): void {
    if (this.stopping) return socket.end(terms.coding.encodeLast(this.realtime.retryLine()))
    this.realtime.serve(liveVideoId, socket, start, terms).catch((error) => this.#world.crashed(error))
  }

  /** As `compose.ts` does it; viewers who read slowly have `graceMs` to read the end. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true
    await this.commit.idle()
    this.realtime.stop()
    this.#world.clock.after(graceMs, () => this.process.end())
  }
}
